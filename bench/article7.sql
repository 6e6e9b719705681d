-- The areas of Article 7 without counting ground twice, as one who knows PostGIS writes them: a release ends what was
-- recorded by its day, touching areas are united group by group (ST_ClusterDBSCAN before ST_Union), a province has what
-- lies in it, areas are geodesic.  :from, :to and the day before :from, :before, come from bench/article7.py.
set max_parallel_workers_per_gather = 0;

-- Ground that hazards still hold on a day: their polygons less the releases on them since they were recorded.
create temp table days as select * from (values (:'before'::date), (:'to'::date)) d(day);
create temp table cut as
select d.day, h.fid, ST_Difference(h.geom, ST_Union(r.geom)) geom
from days d, hazards h join releases r on ST_Intersects(h.geom, r.geom) and r.date >= h.date
where h.date <= d.day and r.date <= d.day group by d.day, h.fid;
create index on cut (day, fid);
create temp table held as
select d.day, h.fid, h.cha, h.contamination, coalesce(c.geom, h.geom) geom
from days d cross join hazards h left join cut c on c.day = d.day and c.fid = h.fid
where h.date <= d.day and not coalesce(ST_IsEmpty(c.geom), false);
alter table held add column grp int;
update held t set grp = c.grp from (select day, fid, ST_ClusterDBSCAN(geom, 0, 1) over (partition by day) grp from held) c
	where t.day = c.day and t.fid = c.fid;
create index on held (day, grp);
analyze held;

-- Each group as one shape, what is confirmed in it as another.
create temp table stock as
select day, ST_Union(geom) geom, ST_Union(geom) filter (where cha) confirmed from held group by day, grp;
create index on stock using gist (geom);
analyze stock;

create function pg_temp.within(g geometry, p geometry) returns float8 language sql immutable as
$$ select ST_Area((case when ST_CoveredBy(g, p) then g else ST_CollectionExtract(ST_Intersection(g, p), 3) end)::geography) $$;

create temp table stock_by as
select s.day, p.code, coalesce(sum(pg_temp.within(s.confirmed, p.geom)), 0) cha, sum(pg_temp.within(s.geom, p.geom)) every
from stock s join provinces p on ST_Intersects(s.geom, p.geom) group by 1, 2;

-- T1: how many areas hold ground, by their own class.
create temp table standing as
select h.fid, p.code, h.cha from held h join provinces p on ST_Intersects(h.geom, p.geom)
where h.day = :'to' and (ST_CoveredBy(h.geom, p.geom) or ST_Area(ST_Intersection(h.geom, p.geom)) > 0);
create temp table t1 as
select b.code, n.cha, b.cha cha_m2, n.sha, b.every - b.cha sha_m2
from stock_by b join (select code, count(*) filter (where cha) cha, count(*) filter (where not cha) sha
	from standing group by code) n using (code) where b.day = :'to';

-- T1b: ground by type of contamination; where two types lie, each has it.
create temp table t1b as
select contamination code, sum(ST_Area(geom::geography)) m2 from (select contamination, ST_Union(geom) geom
	from held where day = :'to' group by contamination, grp) u group by 1;

-- T2: each release of the period takes what is still held of the hazards under it; the rest was never recorded, or
-- worked on before.
create temp table released as
select r.fid, r.geom, (select ST_Union(x.geom) from (select coalesce(
		(select ST_Difference(ST_Intersection(h.geom, r.geom), ST_Union(o.geom)) from releases o
			where o.geom && r.geom and ST_Intersects(o.geom, r.geom) and o.date >= h.date and (o.date, o.fid) < (r.date, r.fid)
			having count(*) > 0),
		ST_Intersection(h.geom, r.geom)) geom
	from hazards h where h.geom && r.geom and ST_Intersects(h.geom, r.geom) and h.date <= r.date) x) taken,
	(select ST_Union(x.geom) from (select h.geom from hazards h
			where h.geom && r.geom and ST_Intersects(h.geom, r.geom) and h.date <= r.date
		union all select o.geom from releases o
			where o.geom && r.geom and ST_Intersects(o.geom, r.geom) and (o.date, o.fid) < (r.date, r.fid)) x) known
from releases r where r.date between :'from' and :'to';
create temp table t2 as
select p.code, coalesce(sum(pg_temp.within(ST_CollectionExtract(r.taken, 3), p.geom)), 0) cleared,
	sum(pg_temp.within(case when r.known is null then r.geom else ST_Difference(r.geom, r.known) end, p.geom)) outside,
	sum(pg_temp.within(r.geom, p.geom)) worked
from released r join provinces p on ST_Intersects(r.geom, p.geom) group by 1;
create temp table t2_areas as
select p.code, count(*) releases, count(distinct r.hazard) areas from releases r
	join provinces p on ST_Intersects(ST_PointOnSurface(r.geom), p.geom)
where r.date between :'from' and :'to' group by 1;
create temp table t2_items as
select p.code, sum(o.n) filter (where o.category = 'APM') apm, sum(o.n) filter (where o.category = 'AVM') avm,
	sum(o.n) filter (where o.category not in ('APM', 'AVM', 'FUZ')) other
from ordnance o join provinces p on ST_Intersects(o.geom, p.geom) where o.date between :'from' and :'to' group by 1;

-- T3 is said by its number, as in the report: more than 400 stand in the annex.
create temp table t3 as select count(distinct fid) n from standing;

-- T4: opening, added, taken off, closing.
create temp table found as
select h.fid, h.cha, h.geom,
	(select ST_Union(x.geom) from (select o.geom from hazards o where o.geom && h.geom and ST_Intersects(o.geom, h.geom)
			and (o.date, o.fid) < (h.date, h.fid)
		union all select r.geom from releases r where r.geom && h.geom and ST_Intersects(r.geom, h.geom) and r.date < h.date) x) known,
	(select ST_Union(coalesce((select ST_Difference(o.geom, ST_Union(r.geom)) from releases r where r.geom && o.geom
			and ST_Intersects(r.geom, o.geom) and r.date >= o.date and r.date < h.date having count(*) > 0), o.geom))
		from hazards o where o.geom && h.geom and ST_Intersects(o.geom, h.geom) and (o.date, o.fid) < (h.date, h.fid)) active,
	(select ST_Union(coalesce((select ST_Difference(o.geom, ST_Union(r.geom)) from releases r where r.geom && o.geom
			and ST_Intersects(r.geom, o.geom) and r.date >= o.date and r.date < h.date having count(*) > 0), o.geom))
		from hazards o where o.cha and o.geom && h.geom and ST_Intersects(o.geom, h.geom) and (o.date, o.fid) < (h.date, h.fid)) cha_active
from hazards h where h.date between :'from' and :'to';
create temp table added as
select p.code,
	sum(pg_temp.within(case when f.known is null then f.geom else ST_Difference(f.geom, f.known) end, p.geom)) fresh,
	sum(pg_temp.within(case when f.active is null then f.geom else ST_Difference(f.geom, f.active) end, p.geom)) gained,
	coalesce(sum(pg_temp.within(ST_CollectionExtract(case when f.cha_active is null then ST_Intersection(f.geom, f.active)
		else ST_Difference(ST_Intersection(f.geom, f.active), f.cha_active) end, 3), p.geom)) filter (where f.cha), 0) confirmed
from found f join provinces p on ST_Intersects(f.geom, p.geom) group by 1;
create temp table t4 as
select p.code, coalesce(o.every, 0) opening, coalesce(a.fresh, 0) fresh, coalesce(a.gained - a.fresh, 0) reopened,
	coalesce(t2.cleared, 0) cleared, coalesce(c.every, 0) closing, coalesce(a.confirmed, 0) confirmed
from provinces p left join stock_by o on o.code = p.code and o.day = :'before'
	left join stock_by c on c.code = p.code and c.day = :'to'
	left join added a on a.code = p.code left join t2 on t2.code = p.code;

-- T5 to T8: people and stocks are sums.
create temp table t5 as
select outcome, count(*) filter (where sex = 'F' and age >= 18) women, count(*) filter (where sex = 'F' and age < 18) girls,
	count(*) filter (where sex = 'M' and age >= 18) men, count(*) filter (where sex = 'M' and age < 18) boys,
	count(*) filter (where age is null) age_unknown, count(*) total
from victims where date between :'from' and :'to' group by 1;
create temp table t5b as
select device, count(*) filter (where status = 'CIV') civilian, count(*) filter (where status = 'DEM') deminer, count(*) total
from victims where date between :'from' and :'to' group by 1;
create temp table t6 as
select p.code, sum(sessions) sessions, sum(f18) women, sum(m18) men, sum(f13_17) girls_13, sum(m13_17) boys_13,
	sum(f5_12) girls_5, sum(m5_12) boys_5, sum(under5) under5, sum(total) people
from education e join provinces p on ST_Intersects(e.geom, p.geom)
where e.category = 'direct' and e.date between :'from' and :'to' group by 1;
create temp table t6b as
select activity, count(*) reports, sum(media_reach) media from education
where category = 'indirect' and date between :'from' and :'to' group by 1;
create temp table t7 as
select organisation, model, sum(opening) opening, sum(used) used, sum(closing) closing from stockpile
where kind = 'RETAIN' and date between :'from' and :'to' group by 1, 2;
create temp table t8 as
select model, lot, sum(opening) opening, sum(destroyed) destroyed, sum(closing) closing from stockpile
where kind in ('STOCK', 'FOUND') and date between :'from' and :'to' group by 1, 2;

\o /dev/null
select * from t1 order by 1; select * from t1b order by 1; select * from t2 order by 1; select * from t2_areas order by 1;
select * from t2_items order by 1; select * from t3; select * from t4 order by 1; select * from t5 order by 1;
select * from t5b order by 1; select * from t6 order by 1; select * from t6b order by 1; select * from t7 order by 1, 2;
select * from t8 order by 1, 2;
\o
select json_build_object(
	't1.cha', (select count(distinct fid) from standing where cha), 't1.cha_m2', (select sum(cha_m2) from t1), 't1.sha', (select count(distinct fid) from standing where not cha),
	't1.sha_m2', (select sum(sha_m2) from t1), 't1b', (select json_object_agg(code, m2) from t1b),
	't2.cleared_m2', (select sum(cleared) from t2), 't2.outside_m2', (select sum(outside) from t2),
	't2.again_m2', (select sum(worked - cleared - outside) from t2),
	't2-areas.releases', (select sum(releases) from t2_areas), 't2-areas.areas', (select count(distinct hazard) from releases where date between :'from' and :'to'),
	't2-items.apm', (select sum(apm) from t2_items), 't2-items.avm', (select sum(avm) from t2_items), 't2-items.other', (select sum(other) from t2_items),
	't3', (select n from t3),
	't4.opening_m2', (select sum(opening) from t4), 't4.new_m2', (select sum(fresh) from t4), 't4.reopened_m2', (select sum(reopened) from t4),
	't4.cleared_m2', (select sum(cleared) from t4), 't4.closing_m2', (select sum(closing) from t4),
	't4-moves.confirmed_m2', (select sum(confirmed) from t4),
	't5.women', (select sum(women) from t5), 't5.boys', (select sum(boys) from t5), 't5.age_unknown', (select sum(age_unknown) from t5), 't5.total', (select sum(total) from t5),
	't5-status.civilian', (select sum(civilian) from t5b),
	't6.people', (select sum(people) from t6), 't6.sessions', (select sum(sessions) from t6), 't6-media.media', (select sum(media) from t6b),
	't7.closing', (select sum(closing) from t7), 't8.closing', (select sum(closing) from t8),
	'by_province', (select json_object_agg(code, json_build_array(opening, fresh + reopened, cleared, closing)) from t4));
