-- The bench method as a person who knows DuckDB would write it: one scan and one GROUP BY a kind, exact integers,
-- weights from short lists. It gives the same values, points, scores and grades as the generated SQL; the bench checks.
-- Parameters: $as_of; $ym = 12 * year + month of it; $day its day; weights in 10^-9 by completed months of age:
-- $half18, $half12, $fade12, $fade36. The as-of day is the last of its month, so a day number never exceeds it.

create or replace temp macro rdiv(a, b) as case when b = 0 then null else (2 * a + b) // (2 * b) end;
create or replace temp macro line(v, x0, p0, x1, p1) as
  case when v <= x0 then p0 * 10 when v >= x1 then p1 * 10
       else rdiv(p0 * 10 * (x1 - x0)::hugeint + (v - x0) * 10 * (p1 - p0), (x1 - x0)::hugeint) end;
create or replace temp macro less(most, v) as greatest(0, rdiv((most * 1000000 - least(v, most * 1000000)) * 10, 1000000));

create or replace temp table by_hand as
with
sampling_sums as (
  select subject,
    max_by(category, {'t': true_on, 'r': record}) as category,
    sum($half18[age + 1]) filter (age < 36 and result = 'pass') as pass_num,
    sum($half18[age + 1]) filter (age < 36 and result in ('pass', 'fail')) as pass_den,
    count(*) filter (age < 36 and result in ('pass', 'fail')) as pass_n,
    sum(20 * $fade36[age + 1]) filter (age < 36 and result = 'fail' and severity = 'safety') as safety,
    count(*) filter (age < 24 and result = 'fail') as fails,
    count(*) filter (age < 36 and level = 'national' and result = 'pass') as national_num,
    count(*) filter (age < 36 and level = 'national' and result in ('pass', 'fail')) as national_n,
    count(distinct category) filter (age < 60) as categories,
    count(*) filter (age < 60) as n60,
    count(*) filter (age < 12 and result = 'fail') as last_failed,
    count(*) filter (age < 12) as n12
  from (select *, $ym - (12 * year(true_on) + month(true_on)) as age from sampling where true_on <= $as_of)
  group by subject
),
penalty_sums as (
  select subject,
    sum(case severity when 'ordinary' then 20 * $fade12[age + 1] when 'serious' then 60 * $fade36[age + 1] else 0 end)
      filter (age < 36) as penalties,
    count(*) filter (age < 36) as n36,
    count(violation) filter (age < 24) - count(distinct violation) filter (age < 24) as repeated,
    count(*) filter (age < 24) as n24,
    sum(fine) filter (age < 36) as fines,
    count(*) filter (age < 36 and severity = 'serious') as serious,
    min(age) filter (age < 60) as since
  from (select *, $ym - (12 * year(true_on) + month(true_on)) as age from penalty where true_on <= $as_of)
  group by subject
),
complaint_sums as (
  select subject,
    count(*) filter (age < 24 and verified) as verified,
    count(*) filter (age < 24) as n24,
    count(*) filter (age < 24 and on_time) as on_time,
    count(*) filter (age < 24 and verified and mediated) as mediated,
    sum($half12[age + 1] * days) filter (age < 24) as days_num,
    sum($half12[age + 1]) filter (age < 24) as days_den,
    count(distinct channel) filter (age < 24) as channels,
    count(*) filter (age < 6) as n6
  from (select *, $ym - (12 * year(true_on) + month(true_on)) as age from complaint where true_on <= $as_of)
  group by subject
),
certificate_sums as (
  select subject,
    count(*) as n,
    count(*) filter (type = 'iso9001') as quality,
    count(*) filter (type in ('iso14001', 'iso45001')) as others,
    count(distinct type) as types,
    max(level) as level,
    max($ym - (12 * year(true_on) + month(true_on))) as held
  from certificate
  where true_on <= $as_of and (true_until is null or true_until >= $as_of)
  group by subject
),
inspection_sums as (
  select subject,
    sum($half12[age + 1]) filter (age < 24 and passed) as passed_num,
    sum($half12[age + 1]) filter (age < 24) as passed_den,
    count(*) filter (age < 24) as n24,
    sum(mark) filter (age < 24) as mark,
    sum(problems) filter (age < 24) as problems,
    sum(items) filter (age < 24) as items,
    count(*) filter (problems > 5) as bad,
    count(*) as n36,
    max_by(mark, {'t': true_on, 'r': record}) as last_mark
  from (select *, $ym - (12 * year(true_on) + month(true_on)) as age from inspection where true_on <= $as_of)
  where age < 36
  group by subject
),
annual_sums as (
  select subject,
    sum(research) as research, sum(revenue) as revenue, count(*) as n36,
    max_by(staff, {'t': true_on, 'r': record}) filter (age < 24) as staff
  from (select *, $ym - (12 * year(true_on) + month(true_on)) as age from annual_stat where true_on <= $as_of)
  where age < 36
  group by subject
),
together as (
  select coalesce(s.subject, p.subject, c.subject, z.subject, i.subject, a.subject) as subject, s.* exclude (subject),
    p.* exclude (subject, n24, n36), p.n24 as penalty_n24, p.n36 as penalty_n36,
    c.* exclude (subject, n24), c.n24 as complaint_n24,
    z.* exclude (subject, n), z.n as certificates,
    i.* exclude (subject, n24, n36), i.n24 as inspection_n24, i.n36 as inspection_n36,
    a.* exclude (subject, n36), a.n36 as annual_n36
  from sampling_sums s
  full join penalty_sums p on p.subject = s.subject
  full join complaint_sums c on c.subject = coalesce(s.subject, p.subject)
  full join certificate_sums z on z.subject = coalesce(s.subject, p.subject, c.subject)
  full join inspection_sums i on i.subject = coalesce(s.subject, p.subject, c.subject, z.subject)
  full join annual_sums a on a.subject = coalesce(s.subject, p.subject, c.subject, z.subject, i.subject)
),
peers as (
  select category, rdiv(sum(pass_num) * 1000000000, sum(pass_den)) as rate
  from together where pass_n > 0 group by category having sum(pass_n) >= 30
),
measured as (
  select t.*,
    case when pass_n > 0 then
      rdiv((coalesce(pass_num, 0) * 1000000000 + 8 * coalesce(rate, 939300000)::hugeint * 1000000000) * 1000000,
           (pass_den + 8000000000::hugeint) * 1000000000) end as pass_rate,
    case when safety is not null then rdiv(safety, 1000) end as safety_value,
    case when national_n > 0 then rdiv(national_num * 1000000, national_n) end as national_rate,
    case when penalty_n36 > 0 then rdiv(penalties, 1000) end as penalty_value,
    rdiv(verified * 1000000, complaint_n24 + 3) as verified_rate,
    rdiv(on_time * 1000000, complaint_n24) as on_time_rate,
    case when verified > 0 then rdiv(mediated * 1000000, verified) end as mediation_rate,
    rdiv(days_num * 1000000, days_den) as days_value,
    rdiv(coalesce(passed_num, 0) * 1000000, passed_den) as inspection_rate,
    rdiv((mark * 1000000)::hugeint, inspection_n24) as mark_value,
    rdiv(problems * 1000000, items) as problem_rate,
    case when revenue > 0 then rdiv((research * 100)::hugeint * 1000000, (revenue * 100)::hugeint) end as research_ratio
  from together t left join peers using (category)
),
pointed as (
  select *,
    line(pass_rate, 800000, 0, 980000, 120) as p1,
    case when safety_value is not null then less(40, safety_value) end as p2,
    case when fails > 0 then line(fails * 1000000, 0, 30, 5000000, 0) end as p3,
    line(national_rate, 500000, 0, 1000000, 30) as p4,
    case when n60 > 0 then line(categories * 1000000, 1000000, 20, 10000000, 0) end as p5,
    case when n12 > 0 then line(last_failed * 1000000, 0, 20, 3000000, 0) end as p6,
    case when penalty_value is not null then less(80, penalty_value) end as p7,
    case when penalty_n24 > 0 then greatest(0, 200 - 100 * repeated) end as p8,
    case when penalty_n36 > 0 then line((fines * 1000000)::hugeint, 0, 20, 1000000000000, 0) end as p9,
    case when penalty_n36 > 0 then greatest(0, 300 - 150 * serious) end as p10,
    case when since is not null then line(since * 1000000, 0, 0, 36000000, 20) end as p11,
    case when complaint_n24 > 0 then line(verified_rate, 0, 40, 800000, 0) end as p12,
    case when complaint_n24 > 0 then line(on_time_rate, 500000, 0, 1000000, 30) end as p13,
    line(mediation_rate, 0, 0, 900000, 20) as p14,
    line(days_value, 5000000, 20, 60000000, 0) as p15,
    case when complaint_n24 > 0 then line(channels * 1000000, 1000000, 10, 6000000, 0) end as p16,
    case when n6 > 0 then line(n6 * 1000000, 0, 20, 20000000, 0) end as p17,
    case when certificates > 0 then line(quality * 1000000, 0, 0, 1000000, 30) else 0 end as p18,
    case when certificates > 0 then line(others * 1000000, 0, 0, 2000000, 10) else 0 end as p19,
    case when certificates > 0 then line(types * 1000000, 0, 0, 4000000, 20) else 0 end as p20,
    case when certificates > 0 then line(level * 1000000, 1000000, 0, 5000000, 20) else 0 end as p21,
    case when certificates > 0 then line(held * 1000000, 0, 0, 36000000, 10) else 0 end as p22,
    line(inspection_rate, 500000, 0, 1000000, 40) as p23,
    line(mark_value, 50000000, 0, 95000000, 40) as p24,
    line(problem_rate, 0, 30, 300000, 0) as p25,
    case when inspection_n36 > 0 then line(bad * 1000000, 0, 20, 4000000, 0) end as p26,
    line((last_mark * 1000000)::bigint, 50000000, 0, 95000000, 20) as p27,
    case when research_ratio is null then 0 else line(research_ratio, 0, 0, 50000, 25) end as p28,
    case when staff is null then 0 else line(staff * 1000000, 0, 0, 300000000, 15) end as p29,
    case when annual_n36 > 0 then line(annual_n36 * 1000000, 0, 0, 3000000, 10) else 0 end as p30
  from measured
),
summed as (
  select subject,
    [p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15,
     p16, p17, p18, p19, p20, p21, p22, p23, p24, p25, p26, p27, p28, p29, p30] as points,
    [120, 40, 30, 30, 20, 20, 80, 20, 20, 30, 20, 40, 30, 20, 20,
     10, 20, 30, 10, 20, 20, 10, 40, 40, 30, 20, 20, 25, 15, 10] as most
  from pointed
)
select subject, points,
  rdiv(1000 * list_sum(points)::hugeint, 10 * available) as score,
  rdiv(1000000 * available::hugeint, list_sum(most)) as coverage
from (
  select *, list_sum(list_transform(list_zip(points, most), lambda x: case when x[1] is null then 0 else x[2] end)) as available
  from summed
);
