select closed_on as day, area_path, department_path, category_top,
       sum(case when is_late then 0 else 1 end) as numerator, count(*) as denominator
from events
where jurisdiction = $jurisdiction and status = 'closed' and due_at is not null
group by 1, 2, 3, 4
