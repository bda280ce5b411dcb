select closed_on as day, area_path, department_path,
       sum(date_diff('second', case when is_imported then occurred_at else recorded_at end, closed_at)) as numerator, count(*) as denominator
from events
where jurisdiction = $jurisdiction and status = 'closed'
group by 1, 2, 3
