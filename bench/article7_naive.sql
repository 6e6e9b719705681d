-- The same figures as they are often made: areas of polygons added up, by the province that the records name.  Where
-- polygons overlap, ground counts twice; what a release covers that was never recorded, or was released before, counts too.
set max_parallel_workers_per_gather = 0;
create temp table every as
select province code, date, cha, ST_Area(geom::geography) m2 from hazards where date <= :'to';
create temp table gone as
select r.province code, r.date, h.cha, ST_Area(r.geom::geography) m2 from releases r left join hazards h on h.ref = r.hazard where r.date <= :'to';
create temp table t as
select p.code, e.cha - g.cha cha, e.sha - g.sha sha, e.before - g.before opening, e.fresh, g.cleared
from provinces p left join (select code, sum(m2) filter (where cha) cha, sum(m2) filter (where not cha) sha,
		sum(m2) filter (where date < :'from') before, sum(m2) filter (where date >= :'from') fresh from every group by 1) e using (code)
	left join (select code, sum(m2) filter (where cha) cha, sum(m2) filter (where not cha) sha,
		coalesce(sum(m2) filter (where date < :'from'), 0) before, sum(m2) filter (where date >= :'from') cleared from gone group by 1) g using (code);
select json_build_object('t1.cha_m2', sum(cha), 't1.sha_m2', sum(sha), 't2.cleared_m2', sum(cleared), 't4.opening_m2', sum(opening),
	't4.new_m2', sum(fresh), 't4.cleared_m2', sum(cleared), 't4.closing_m2', sum(opening + fresh - cleared)) from t;
