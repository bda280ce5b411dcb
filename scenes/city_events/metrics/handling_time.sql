select closed_on as day, area_path, department_path,
       sum(date_diff('second', recorded_at, closed_at)) as numerator, count(*) as denominator
from events
where jurisdiction = $jurisdiction and status = 'closed'
group by 1, 2, 3
