select closed_on as day, area_path, department_path, sum(satisfaction) as numerator, count(*) as denominator
from events
where jurisdiction = $jurisdiction and satisfaction is not null and closed_on is not null
group by 1, 2, 3
