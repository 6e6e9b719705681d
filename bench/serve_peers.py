"""The peers of bench/serve.py: what they need, their data, their settings, start and stop.

All answer from the same 200,000 polygons with the same attributes: MapServer from PostGIS (with the index on fid::text that
its query by id needs), FlatGeobuf and GeoPackage; QGIS Server from PostGIS; PostGIS itself through pgbench over a unix
socket.  MapServer and QGIS Server run two FastCGI workers behind nginx (one worker, no log, no cache).
fastcgi_keep_conn stays off: with more connections than workers it starves clients.
"""
import json, os, re, shutil, signal, sqlite3, subprocess, sys, time, urllib.request

here = os.path.dirname(os.path.abspath(__file__))
home = os.environ.get("SAFELANE_BENCH", "/tmp/safelane-bench")
work = home + "/serve"
PORT, TILE_PORT = 8189, 8190
ZOOMS = (14, 11, 8)
tileserver = "tileserver-gl-light@5.6.0"
pg = dict(os.environ, PGHOST=home + "/socket", PGPORT="5546", PGUSER="postgres", PGDATABASE="bench")


def sh(command, **more):
    p = subprocess.run(command, shell=isinstance(command, str), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
    if p.returncode:
        sys.exit("serve: %s\n%s" % (command, (p.stdout + p.stderr)[-2000:]))
    return p.stdout


def psql(sql):
    return sh(["psql", "-qtA", "-v", "ON_ERROR_STOP=1", "-c", sql], env=pg).strip()


def wants():
    """Names the commands that are missing, and how to install them."""
    need = ["wrk", "mapserv", "nginx", "spawn-fcgi", "pgbench", "psql", "ogr2ogr", "node"]
    path = os.environ.get("PATH", "") + ":/usr/sbin:/usr/lib/cgi-bin"
    missing = [n for n in need if not shutil.which(n, path=path)]
    if not os.path.exists("/usr/lib/cgi-bin/qgis_mapserv.fcgi"):
        missing.append("qgis_mapserv.fcgi")
    if missing:
        sys.exit("serve: %s not there; run bench/install_peers.sh" % ", ".join(missing))


def versions():
    out = {}
    first = lambda command, pattern: re.search(pattern, subprocess.run(
        command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout or "")
    debian = lambda name: sh(["dpkg-query", "-W", "-f", "${Version}", name]).split("-")[0].split("+")[0]
    out["MapServer"] = first("mapserv -v", r"version (\S+)").group(1)
    out["QGIS Server"] = debian("qgis-server")
    out["PostgreSQL"] = psql("show server_version").split()[0]
    out["PostGIS"] = psql("select postgis_lib_version()")
    out["GDAL"] = first("ogr2ogr --version", r"GDAL (\S+),").group(1)
    out["nginx"] = first("nginx -v", r"nginx/(\S+)").group(1)
    out["wrk"] = first("wrk -v", r"wrk (?:debian/)?(\S+)").group(1)
    out["tileserver-gl-light"] = json.load(open(work + "/npm/node_modules/tileserver-gl-light/package.json"))["version"]
    out["node"] = sh("node --version").strip()
    return out


# ---- data ----

def columns():
    """Attributes as SELECT wants them for a tile: dates as text, because a tile has no dates."""
    rows = psql("select column_name, data_type from information_schema.columns where table_name = 'hazards' and "
                "column_name <> 'geom' order by ordinal_position").splitlines()
    names = [r.split("|") for r in rows]
    return [n for n, _ in names], ",".join('"%s"%s' % (n, "::text" if t.startswith(("date", "time")) else "") for n, t in names)


def prepare(data):
    """Once: files and tables that the peers answer from."""
    os.makedirs(work, exist_ok=True)
    stamp, made = "%s %d" % (data, os.path.getsize(data)), work + "/made"
    if subprocess.run(["psql", "-qtAc", "select 1"], env=pg, capture_output=True).returncode:
        sh([here + "/postgis.sh", "start"])
    if not os.path.exists(made) or open(made).read() != stamp:
        for f in ("h.gpkg", "h.fgb", "source.gpkg"):
            os.path.exists(work + "/" + f) and os.remove(work + "/" + f)
        sh(["ogr2ogr", "-f", "GPKG", work + "/source.gpkg", data, "-nln", "hazards", "-gt", "200000", "--config", "OGR_SQLITE_SYNCHRONOUS", "OFF"])
        sh([here + "/postgis.sh", "load", work + "/source.gpkg"])
        # the number is an attribute in PostGIS; here it must be made one
        numbered = ["-dialect", "sqlite", "-sql", "select fid as number, * from hazards", "-nln", "hazards"]
        sh(["ogr2ogr", "-f", "GPKG", work + "/h.gpkg", work + "/source.gpkg"] + numbered)
        sh(["ogr2ogr", "-f", "FlatGeobuf", work + "/h.fgb", work + "/source.gpkg"] + numbered)
        os.remove(work + "/source.gpkg")
        psql("create index hazards_fid_text on hazards ((fid::text))")
        psql("drop table if exists haz3857")
        psql("create table haz3857 as select %s, ST_Multi(ST_Transform(geom, 3857)) g from hazards" % ",".join('"%s"' % n for n in columns()[0]))
        psql("create index on haz3857 using gist(g)")
        psql("vacuum analyze hazards")
        psql("vacuum analyze haz3857")
        open(made, "w").write(stamp)
    if not os.path.exists(work + "/npm/node_modules/tileserver-gl-light"):
        os.makedirs(work + "/npm", exist_ok=True)
        sh("npm init -y && npm install %s && npm rebuild sqlite3 --nodedir=/usr" % tileserver, cwd=work + "/npm")


# ---- settings ----

LAYER = """
  LAYER NAME "%s" TYPE POLYGON STATUS ON
    %s
    PROJECTION "init=epsg:4326" END TEMPLATE "void" EXTENT -180 -90 180 90
    METADATA "ows_title" "%s" "gml_include_items" "all" "gml_featureid" "%s" "ows_featureid" "%s" "oga_featureid" "%s"
      "wfs_use_default_extent_for_getfeature" "false" END
    CLASS NAME "t" STYLE COLOR 255 0 0 END END
  END"""
MAP = """MAP
  NAME "haz" SIZE 256 256 EXTENT -180 -90 180 90
  PROJECTION "init=epsg:4326" END
  CONFIG "PROJ_DATA" "/usr/share/proj"
  OUTPUTFORMAT NAME "mvt" DRIVER "MVT" FORMATOPTION "EDGE_BUFFER=20" END
  OUTPUTFORMAT NAME "json" DRIVER "OGR/GEOJSON" MIMETYPE "application/json" FORMATOPTION "STORAGE=stream" FORMATOPTION "FORM=SIMPLE" END
  WEB METADATA
    "ows_onlineresource" "http://127.0.0.1:%d/ms/haz" "oga_onlineresource" "http://127.0.0.1:%d/ms/haz/ogcapi"
    "ows_title" "haz" "ows_enable_request" "*" "oga_enable_request" "*" "ows_srs" "EPSG:4326 EPSG:3857"
    "oga_html_template_directory" "/usr/share/mapserver/ogcapi/templates/html-bootstrap4/" "wfs_getfeature_formatlist" "json"
  END END%s
END
"""
NGINX = """worker_processes 1; pid %(w)s/nginx.pid; error_log %(w)s/nginx-error.log; daemon on; %(user)s
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000; sendfile on; fastcgi_buffers 64 32k; fastcgi_buffer_size 64k;
  client_body_temp_path %(w)s/t1; proxy_temp_path %(w)s/t2; fastcgi_temp_path %(w)s/t3; uwsgi_temp_path %(w)s/t4; scgi_temp_path %(w)s/t5;
  upstream ms { server unix:%(w)s/ms.sock; }
  upstream qg { server unix:%(w)s/qgis.sock; }
  server {
    listen 127.0.0.1:%(port)d backlog=1024; server_name localhost; root %(w)s/html;
    location /ms { fastcgi_split_path_info ^(/ms)(.*)$; fastcgi_pass ms; %(params)s }
    location /qgis { fastcgi_split_path_info ^(/qgis)(.*)$; fastcgi_pass qg; fastcgi_param REQUEST_URI $request_uri; %(params)s }
    location /tiles { types { } default_type application/vnd.mapbox-vector-tile; add_header Content-Encoding gzip; }
  }
}
"""
PARAMS = " ".join("fastcgi_param %s %s;" % p for p in (
    ("PATH_INFO", "$fastcgi_path_info"), ("SCRIPT_NAME", "$fastcgi_script_name"), ("QUERY_STRING", "$query_string"),
    ("REQUEST_METHOD", "$request_method"), ("CONTENT_TYPE", "$content_type"), ("CONTENT_LENGTH", "$content_length"),
    ("SERVER_NAME", "127.0.0.1"), ("SERVER_PORT", str(PORT)), ("SERVER_PROTOCOL", "HTTP/1.1"),
    ("REMOTE_ADDR", "127.0.0.1"), ("HTTP_HOST", "$http_host")))
QGIS = """
import os
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import QgsApplication, QgsProject, QgsVectorLayer
a = QgsApplication([], False); a.initQgis()
p = QgsProject.instance()
l = QgsVectorLayer("dbname='bench' host=%s/socket port=5546 user='postgres' key='fid' srid=4326 type=Polygon table=\\"public\\".\\"hazards\\" (geom)", "hazards", "postgres")
assert l.isValid() and l.featureCount()
l.setShortName("hazards"); p.addMapLayer(l)
p.writeEntry("WFSLayers", "/", [l.id()]); p.writeEntry("WFSLayersPrecision", l.id(), 7)
p.write("%s/haz.qgs")
"""


def configure():
    layer = lambda name, source, fid: LAYER % (name, source, name, fid, fid, fid)
    select = ",".join('"%s"' % n for n in columns()[0])
    layers = layer("pg", 'CONNECTIONTYPE POSTGIS CONNECTION "host=%s/socket port=5546 user=postgres dbname=bench" PROCESSING "CLOSE_CONNECTION=DEFER"\n'
                   "    DATA 'geom from (select %s,geom from hazards) as t using unique fid using srid=4326'" % (home, select.replace('"', "")), "fid")
    layers += layer("fgb", 'CONNECTIONTYPE FLATGEOBUF DATA "%s/h.fgb"' % work, "number")
    layers += layer("gpkg", 'CONNECTIONTYPE OGR CONNECTION "%s/h.gpkg" DATA "hazards" PROCESSING "CLOSE_CONNECTION=DEFER"' % work, "number")
    open(work + "/haz.map", "w").write(MAP % (PORT, PORT, layers))
    open(work + "/mapserver.conf", "w").write('CONFIG\n  ENV\n    MS_MAP_PATTERN "."\n    PROJ_DATA "/usr/share/proj"\n    OGCAPI_HTML_TEMPLATE_DIRECTORY '
        '"/usr/share/mapserver/ogcapi/templates/html-bootstrap4/"\n  END\n  MAPS\n    haz "%s/haz.map"\n  END\nEND\n' % work)
    os.makedirs(work + "/html", exist_ok=True)
    open(work + "/nginx.conf", "w").write(NGINX % dict(w=work, port=PORT, params=PARAMS, user="user root;" if os.getuid() == 0 else ""))
    open(work + "/project.py", "w").write(QGIS % (home, work))
    sh(["/usr/bin/python3", work + "/project.py"])


class Running:
    """The peers' processes: started here, ended here, by number."""

    def __init__(self):
        self.pids = []
        configure()
        self.fcgi("ms", "/usr/bin/mapserv", MAPSERVER_CONFIG_FILE=work + "/mapserver.conf")
        self.fcgi("qgis", "/usr/lib/cgi-bin/qgis_mapserv.fcgi", QGIS_PROJECT_FILE=work + "/haz.qgs", QGIS_SERVER_LOG_LEVEL="2",
                  QT_QPA_PLATFORM="offscreen", QGIS_SERVER_TRUST_LAYER_METADATA="1")
        sh(["nginx", "-c", work + "/nginx.conf"], env=dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin"))
        time.sleep(0.5)
        self.pids.append(int(open(work + "/nginx.pid").read()))

    def fcgi(self, name, program, **env):
        sock = "%s/%s.sock" % (work, name)
        os.path.exists(sock) and os.remove(sock)
        out = sh(["spawn-fcgi", "-s", sock, "-F", "2", "--", program], env=dict(os.environ, **env))
        self.pids += [int(p) for p in re.findall(r"PID: (\d+)", out)]

    def tiles(self, folder):
        """tileserver-gl-light and nginx on tiles that Safelane itself has made (folder/z/x/y.pbf, gzipped)."""
        archive = work + "/h.mbtiles"
        os.path.exists(archive) and os.remove(archive)
        db = sqlite3.connect(archive)
        db.executescript("create table metadata(name text, value text); create table tiles(zoom_level integer, tile_column integer, "
                         "tile_row integer, tile_data blob); create unique index t on tiles(zoom_level, tile_column, tile_row);")
        db.executemany("insert into metadata values(?, ?)", [("name", "hazards"), ("format", "pbf"), ("minzoom", "8"), ("maxzoom", "14"),
            ("bounds", "-180,-85,180,85"), ("type", "overlay"), ("version", "2"), ("json", '{"vector_layers":[{"id":"hazard","fields":{}}]}')])
        for where, _, files in os.walk(folder):
            for name in files:
                z, x = map(int, where.split("/")[-2:])
                with open(where + "/" + name, "rb") as f:
                    db.execute("insert into tiles values(?, ?, ?, ?)", (z, x, (1 << z) - 1 - int(name.split(".")[0]), f.read()))
        db.commit()
        db.close()
        settings = {"options": {"paths": {"root": work, "mbtiles": work}}, "data": {"hazards": {"mbtiles": "h.mbtiles"}}}
        with open(work + "/tileserver.json", "w") as f:
            json.dump(settings, f)
        command = ["node", work + "/npm/node_modules/tileserver-gl-light/src/main.js", "-c", work + "/tileserver.json",
                   "-p", str(TILE_PORT), "-b", "127.0.0.1", "--silent"]
        p = subprocess.Popen(command, stdout=open(work + "/tileserver.log", "w"), stderr=subprocess.STDOUT)
        self.pids.append(p.pid)
        for _ in range(100):
            try:
                urllib.request.urlopen("http://127.0.0.1:%d/health" % TILE_PORT).read()
                return
            except OSError:
                time.sleep(0.2)
        sys.exit("serve: tileserver-gl-light does not answer; see %s/tileserver.log" % work)

    def stop(self):
        # MapServer waits for one more request after SIGTERM.
        for how, wait in ((signal.SIGTERM, 1), (signal.SIGKILL, 0)):
            for p in self.pids:
                try:
                    os.kill(p, how)
                except OSError:
                    pass
            time.sleep(wait)
        self.pids = []


# ---- PostGIS without HTTP ----

def pgbench_scripts(q):
    """Writes $work/pgb/NAME.sql for bbox and the zooms; the places asked for stand in tables."""
    folder = work + "/pgb"
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, 0o777)
    tiles = [(z, i, t[1], t[2]) for z in ZOOMS for i, t in enumerate(q["z%d" % z])]
    psql("drop table if exists qb; "
         "create table qb(i int primary key, x0 float8, y0 float8, x1 float8, y1 float8); "
         "drop table if exists qt; create table qt(z int, i int, x int, y int, primary key(z, i)); "
         "insert into qb values " + ",".join("(%d,%s)" % (i, ",".join(map(repr, b))) for i, b in enumerate(q["bbox"])) + "; "
         "insert into qt values " + ",".join("(%d,%d,%d,%d)" % t for t in tiles) + "; analyze qb; analyze qt")
    write = lambda name, text: open("%s/%s.sql" % (folder, name), "w").write(text)
    pick = lambda name: "\\set i random(0,%d)\n" % (len(q[name]) - 1)
    write("bbox", pick("bbox") + "select json_build_object('type','FeatureCollection','features',"
          "json_agg(ST_AsGeoJSON(t.*,'geom',7)::json)) from (select h.* from hazards h, qb where qb.i=:i and "
          "h.geom && ST_MakeEnvelope(qb.x0,qb.y0,qb.x1,qb.y1,4326) limit 100) t;\n")
    for z in ZOOMS:
        write("z%d" % z, pick("z%d" % z) + "select ST_AsMVT(t,'hazards',4096,'g','fid') from (%s) t;\n" %
              tile_rows("qt.z=%d and qt.i=:i" % z, z))


def tile_rows(which, z):
    c = ",".join("h." + x for x in columns()[1].split(","))
    return ("select %s,ST_AsMVTGeom(h.g,ST_TileEnvelope(%d,qt.x,qt.y),4096,64) g from haz3857 h, qt where %s and "
            "h.g && ST_TileEnvelope(%d,qt.x,qt.y,margin=>64.0/4096)" % (c, z, which, z))


def pgbench(name, seconds):
    folder = work + "/pgb"
    for f in os.listdir(folder):
        if f.startswith("log"):
            os.remove(folder + "/" + f)
    sh(["pgbench", "-n", "-M", "prepared", "-c", "4", "-j", "1", "-T", str(seconds), "-l", "--log-prefix=" + folder + "/log",
        "-f", "%s/%s.sql" % (folder, name)], env=pg)
    lines = [l.split() for f in os.listdir(folder) if f.startswith("log") for l in open(folder + "/" + f)]
    took = sorted(int(l[2]) for l in lines)
    end = [int(l[4]) + int(l[5]) / 1e6 for l in lines]
    span = max(end) - min(e - int(l[2]) / 1e6 for e, l in zip(end, lines))
    return dict(rate=len(took) / span, p50=took[len(took) // 2] / 1e3, p99=took[int(len(took) * .99)] / 1e3, bytes=0, failed=0)


def addresses(q):
    """Paths by peer and cell."""
    out, box = {}, lambda b: ",".join(map(str, b))
    for name in ("pg", "fgb", "gpkg"):
        items = "/ms/haz/ogcapi/collections/%s/items" % name
        out[name, "id"] = [items + "/%d?f=json" % i for i in q["ids"]]
        out[name, "bbox"] = [items + "?f=json&limit=100&bbox=" + box(b) for b in q["bbox"]]
        for z in ZOOMS:
            out[name, "z%d" % z] = ["/ms?map=%s/haz.map&mode=tile&tilemode=gmap&tile=%d+%d+%d&layers=%s&map.imagetype=mvt" % (work, t[1], t[2], t[0], name)
                                    for t in q["z%d" % z]]
    items = "/qgis/wfs3/collections/hazards/items"
    out["qgis", "id"] = [items + "/%d.json" % i for i in q["ids"]]
    out["qgis", "bbox"] = [items + ".json?limit=100&bbox=" + box(b) for b in q["bbox"]]
    for z in ZOOMS:
        out["tileserver", "z%d" % z] = ["/data/hazards/%d/%d/%d.pbf" % tuple(t) for t in q["z%d" % z]]
        out["nginx", "z%d" % z] = ["/tiles/%d/%d/%d.pbf" % tuple(t) for t in q["z%d" % z]]
    return out
