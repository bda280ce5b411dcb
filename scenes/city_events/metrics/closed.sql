select closed_on as day, area_path, department_path, category_top, count(*) as value
from events
where jurisdiction = $jurisdiction and status = 'closed'
group by 1, 2, 3, 4
