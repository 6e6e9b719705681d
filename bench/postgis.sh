#!/bin/sh
# A private PostgreSQL with PostGIS for the benchmarks: postgis.sh start|stop|load HAZARDS.geojson
# Its folder is $SAFELANE_BENCH/pg (default /tmp/safelane-bench), its socket there too, its port 5546.
set -eu
home=${SAFELANE_BENCH:-/tmp/safelane-bench}
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
as_postgres() {
	if [ "$(id -u)" = 0 ]; then su postgres -s /bin/sh -c "$1"; else sh -c "$1"; fi
}
case $1 in
start)
	mkdir -p "$home/socket"
	[ "$(id -u)" != 0 ] || chown postgres "$home/socket"
	chmod 755 "$home"
	if [ ! -d "$home/pg" ]; then
		mkdir "$home/pg"
		[ "$(id -u)" != 0 ] || chown postgres "$home/pg"
		as_postgres "$bin/initdb -D $home/pg -U postgres -A trust -E UTF8 --locale=C.UTF-8" >/dev/null
		cat >> "$home/pg/postgresql.conf" <<C
port = 5546
listen_addresses = ''
unix_socket_directories = '$home/socket'
shared_buffers = 2GB
work_mem = 256MB
maintenance_work_mem = 1GB
max_wal_size = 8GB
jit = off
C
	fi
	as_postgres "$bin/pg_ctl -D $home/pg -l $home/pg/log -w start" >/dev/null
	psql -q -h "$home/socket" -p 5546 -U postgres -tAc "select 1 from pg_database where datname = 'bench'" | grep -q 1 || {
		psql -q -h "$home/socket" -p 5546 -U postgres -c "create database bench"
		psql -q -h "$home/socket" -p 5546 -U postgres -d bench -c "create extension postgis"
	} ;;
load)
	ogr2ogr --config PG_USE_COPY YES -f PostgreSQL "PG:dbname=bench host=$home/socket port=5546 user=postgres" "$2" \
		-nln hazards -overwrite -lco GEOMETRY_NAME=geom -lco FID=fid
	psql -q -h "$home/socket" -p 5546 -U postgres -d bench -c "vacuum analyze hazards" ;;
stop) as_postgres "$bin/pg_ctl -D $home/pg -m fast -w stop" >/dev/null ;;
esac
