select occurred_on as day, area_path, department_path, category_top, source, count(*) as value
from events
where jurisdiction = $jurisdiction and status <> 'merged'
group by 1, 2, 3, 4, 5
