-- machine_learning_curated: each step record with the accelerometer readings of the same
-- customer at the same time.
--
-- The way from a step to its readings leads through the customer. Joined on time alone, a
-- step would also get the readings of other people who moved at the same millisecond. The
-- email is needed for the proof of consent, not for learning: it is carried along and
-- dropped.
CREATE OR REPLACE TABLE curated.machine_learning (
    CONSENT research BY (user = email)
)
COMMENT 'Step records with the accelerometer readings of the same customer at the same time'
AS
SELECT s.sensorReadingTime, s.serialNumber, s.distanceFromObject, a.x, a.y, a.z
FROM trusted.step_trainer AS s
JOIN curated.customers AS c ON c.serialNumber = s.serialNumber
JOIN trusted.accelerometer AS a ON a.user = c.email AND a.timestamp = s.sensorReadingTime;
