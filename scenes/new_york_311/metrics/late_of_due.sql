SELECT
    occurred_on AS day,
    department,
    department_path,
    area_path,
    category_top,
    sum(CASE WHEN is_late THEN 1 ELSE 0 END) AS numerator,
    sum(CASE WHEN is_late IS NOT NULL THEN 1 ELSE 0 END) AS denominator
FROM events
WHERE jurisdiction = $jurisdiction AND status <> 'merged' AND occurred_on >= $since AND occurred_on < $until
GROUP BY occurred_on, department, department_path, area_path, category_top
