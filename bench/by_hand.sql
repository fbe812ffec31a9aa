-- The bench method as a person who knows DuckDB would write it: one scan and one GROUP BY a kind, ages and weights
-- from a table of days, different values counted as bits, exact integers of the smallest type that cannot overflow.
-- It gives the same states, scores, grades and points as the generated SQL; the bench compares them before it says how
-- long either took. The day of assessment, the variable `as_of`, is the last of its month.

-- Ages in completed months, and weights in 10^-9.
create or replace temp table calendar as
select day, age, case when age < 36 then round(pow(0.5, age / 18) * 1000000000)::bigint end as half18,
  case when age < 24 then round(pow(0.5, age / 12) * 1000000000)::bigint end as half12,
  greatest(0, round((1 - age / 12) * 1000000000))::bigint as fade12,
  greatest(0, round((1 - age / 36) * 1000000000))::bigint as fade36
from (
  select day::date as day, datediff('month', day, getvariable('as_of')) as age
  from range(date '2000-01-01', getvariable('as_of') + interval 1 day, interval 1 day) t(day)
);

-- a / b rounded half up; neither is negative.
create or replace temp macro rdiv(a, b) as case when b <> 0 then (2 * a + b) // (2 * b) end;

-- Tenths of points on the straight line from (x0, p0) to (x1, p1); values in millionths, flat outside.
create or replace temp macro line(v, x0, p0, x1, p1) as
  case when v <= x0 then 10 * p0 when v >= x1 then 10 * p1
       else rdiv(p0 * 10 * (x1 - x0)::bigint + (v - x0)::bigint * 10 * (p1 - p0), (x1 - x0)::bigint) end;

-- Tenths of points: `most` less a value in millionths, not below 0.
create or replace temp macro less(most, v) as
  case when v >= most * 1000000 then 0 else rdiv(most * 1000000 - v::bigint, 100000) end;

-- One bit for each text that occurs: an integer has room for 62 of them, and a 63rd is an error here.
create or replace temp macro bits(texts) as table
  select unnest(texts) as text, 1::bigint << unnest(range(len(texts))) as bit
  where case when len(texts) > 62 then error('too many different texts') else true end;
create or replace temp table categories as
select text as category, bit from bits((select list(distinct category) from sampling));
create or replace temp table violations as
select text as violation, bit from bits((select list(distinct violation) from penalty));
create or replace temp table channels as
select text as channel, bit from bits((select list(distinct channel) from complaint));

create or replace temp table by_hand as
with
sampling_sums as (
  select subject,
    arg_max(category, (true_on, record)) as category,
    sum(half18) filter (result = 'pass') as pass_num,
    sum(half18) filter (result in ('pass', 'fail')) as pass_den,
    count(half18) filter (result in ('pass', 'fail')) as pass_n,
    sum(20 * fade36) filter (age < 36 and result = 'fail' and severity = 'safety') as safety,
    count(*) filter (age < 24 and result = 'fail') as fails,
    count(*) filter (age < 36 and level = 'national' and result = 'pass') as national_num,
    count(*) filter (age < 36 and level = 'national' and result in ('pass', 'fail')) as national_n,
    bit_count(bit_or(bit) filter (age < 60)) as categories,
    count(*) filter (age < 12 and result = 'fail') as last_failed,
    min(age) as newest
  from sampling join calendar on day = true_on left join categories using (category)
  group by subject
),
penalty_sums as (
  select subject,
    sum(case when age < 36 then case severity when 'ordinary' then 20 * fade12 when 'serious' then 60 * fade36 end end)
      as penalties,
    count(*) filter (age < 24) - bit_count(bit_or(bit) filter (age < 24)) as repeated,
    sum(fine) filter (age < 36) as fines,
    count(*) filter (age < 36 and severity = 'serious') as serious,
    min(age) filter (age < 60) as since
  from penalty join calendar on day = true_on left join violations using (violation)
  group by subject
),
complaint_sums as (
  select subject,
    count(half12) as complaints,
    count(half12) filter (verified) as verified,
    count(half12) filter (on_time) as on_time,
    count(half12) filter (verified and mediated) as mediated,
    sum(half12 * days) as days_num,
    sum(half12) as days_den,
    bit_count(bit_or(bit) filter (age < 24)) as channels,
    count(*) filter (age < 6) as recent
  from complaint join calendar on day = true_on left join channels using (channel)
  group by subject
),
certificate_sums as (
  select subject,
    count(*) filter (now and type = 'iso9001') as quality,
    count(*) filter (now and type in ('iso14001', 'iso45001')) as others,
    bit_count(bit_or(case type when 'iso9001' then 1 when 'iso14001' then 2 when 'iso45001' then 4
                               when 'product' then 8 when 'green' then 16 end) filter (now)) as types,
    max(level) filter (now) as level,
    max(age) filter (now) as held
  from (select *, true_until is null or true_until >= getvariable('as_of') as now from certificate)
  join calendar on day = true_on
  group by subject
),
inspection_sums as (
  select subject,
    sum(half12) filter (passed) as passed_num,
    sum(half12) as passed_den,
    count(half12) as inspections,
    sum(mark) filter (age < 24) as marks,
    sum(problems) filter (age < 24) as problems,
    sum(items) filter (age < 24) as items,
    count(*) filter (age < 36 and problems > 5) as bad,
    arg_max(mark, (true_on, record)) filter (age < 36) as last_mark
  from inspection join calendar on day = true_on
  group by subject
),
annual_sums as (
  select subject,
    sum(research) filter (age < 36) as research,
    sum(revenue) filter (age < 36) as revenue,
    count(*) filter (age < 36) as reports,
    arg_max(staff, (true_on, record)) filter (age < 24) as staff
  from annual_stat join calendar on day = true_on
  group by subject
),
together as (
  select *
  from sampling_sums
  full join penalty_sums using (subject) full join complaint_sums using (subject)
  full join certificate_sums using (subject) full join inspection_sums using (subject)
  full join annual_sums using (subject)
),
-- Here end the aggregates.
peers as (
  select category, rdiv(sum(pass_num) * 1000000000, sum(pass_den)) as rate
  from sampling_sums where pass_n > 0 group by category having sum(pass_n) >= 30
),
measured as (
  select *,
    case when pass_n > 0 then
      rdiv((coalesce(pass_num, 0) + 8 * coalesce(rate, 939300000)) * 1000000, pass_den + 8000000000) end as pass_rate
  from together left join peers using (category)
),
pointed as (
  select subject,
    line(pass_rate, 800000, 0, 980000, 120) as pass_rate,
    less(40, rdiv(safety, 1000)) as safety_fails,
    case when fails > 0 then line(fails * 1000000, 0, 30, 5000000, 0) end as fails,
    line(rdiv(national_num * 1000000, national_n), 500000, 0, 1000000, 30) as national_rate,
    case when newest < 60 then line(categories * 1000000, 1000000, 20, 10000000, 0) end as categories,
    case when newest < 12 then line(last_failed * 1000000, 0, 20, 3000000, 0) end as last_failed,
    case when since < 36 then less(80, rdiv(coalesce(penalties, 0), 1000)) end as penalties,
    case when since < 24 then greatest(0, 200 - 100 * repeated) end as repeated,
    line((fines * 1000000)::bigint, 0, 20, 1000000000000, 0) as fines,
    case when since < 36 then greatest(0, 300 - 150 * serious) end as serious,
    line(since * 1000000, 0, 0, 36000000, 20) as since_penalty,
    case when complaints > 0 then line(rdiv(verified * 1000000, complaints + 3), 0, 40, 800000, 0) end as verified_rate,
    line(rdiv(on_time * 1000000, complaints), 500000, 0, 1000000, 30) as on_time_rate,
    line(rdiv(mediated * 1000000, verified), 0, 0, 900000, 20) as mediation_rate,
    line(rdiv(days_num * 1000000, days_den), 5000000, 20, 60000000, 0) as days_taken,
    line(channels * 1000000, 1000000, 10, 6000000, 0) as channels,
    case when recent > 0 then line(recent * 1000000, 0, 20, 20000000, 0) end as recent_complaints,
    line(coalesce(quality, 0) * 1000000, 0, 0, 1000000, 30) as quality_system,
    line(coalesce(others, 0) * 1000000, 0, 0, 2000000, 10) as other_systems,
    line(coalesce(types, 0) * 1000000, 0, 0, 4000000, 20) as certificate_types,
    line(coalesce(level, 0) * 1000000, 1000000, 0, 5000000, 20) as best_level,
    line(coalesce(held, 0) * 1000000, 0, 0, 36000000, 10) as longest_held,
    line(rdiv(coalesce(passed_num, 0) * 1000000, passed_den), 500000, 0, 1000000, 40) as inspection_rate,
    line(rdiv((marks * 1000000)::bigint, inspections), 50000000, 0, 95000000, 40) as mark,
    line(rdiv(problems * 1000000, items), 0, 30, 300000, 0) as problem_rate,
    case when last_mark is not null then line(bad * 1000000, 0, 20, 4000000, 0) end as bad_visits,
    line((last_mark * 1000000)::bigint, 50000000, 0, 95000000, 20) as last_mark,
    coalesce(line(rdiv((research * 100)::hugeint * 1000000, (revenue * 100)::hugeint), 0, 0, 50000, 25), 0)
      as research_ratio,
    line(coalesce(staff, 0) * 1000000, 0, 0, 300000000, 15) as growth,
    line(coalesce(reports, 0) * 1000000, 0, 0, 3000000, 10) as reports
  from measured
),
summed as (
  select *,
    coalesce(pass_rate, 0) + coalesce(safety_fails, 0) + coalesce(fails, 0) + coalesce(national_rate, 0)
      + coalesce(categories, 0) + coalesce(last_failed, 0) + coalesce(penalties, 0) + coalesce(repeated, 0)
      + coalesce(fines, 0) + coalesce(serious, 0) + coalesce(since_penalty, 0) + coalesce(verified_rate, 0)
      + coalesce(on_time_rate, 0) + coalesce(mediation_rate, 0) + coalesce(days_taken, 0) + coalesce(channels, 0)
      + coalesce(recent_complaints, 0) + quality_system + other_systems + certificate_types + best_level
      + longest_held + coalesce(inspection_rate, 0) + coalesce(mark, 0) + coalesce(problem_rate, 0)
      + coalesce(bad_visits, 0) + coalesce(last_mark, 0) + research_ratio + growth + reports as earned,
    140 + if(pass_rate is null, 0, 120) + if(safety_fails is null, 0, 40) + if(fails is null, 0, 30)
      + if(national_rate is null, 0, 30) + if(categories is null, 0, 20) + if(last_failed is null, 0, 20)
      + if(penalties is null, 0, 80 + 30) + if(repeated is null, 0, 20) + if(fines is null, 0, 20)
      + if(since_penalty is null, 0, 20) + if(verified_rate is null, 0, 40 + 30 + 20 + 10)
      + if(mediation_rate is null, 0, 20) + if(recent_complaints is null, 0, 20)
      + if(inspection_rate is null, 0, 40 + 40 + 30) + if(bad_visits is null, 0, 20 + 20) as available
  from pointed
)
select *, case when coverage < 200000 then 'insufficient' else 'graded' end as state,
  case when coverage < 200000 then null when score >= 900 then 'AAA' when score >= 800 then 'AA' when score >= 700 then 'A'
       when score >= 600 then 'B' when score >= 450 then 'C' else 'D' end as grade
from (select *, rdiv(100 * earned, available) as score, rdiv(1000000 * available, 860) as coverage from summed);
