-- step_trainer_trusted: the step records of curated customers.
--
-- A step record knows only the serial number of the device. Where several people share one,
-- it names nobody, whatever each of them agreed to: REMOVE leaves such records out, and
-- says so.
CREATE OR REPLACE TABLE trusted.step_trainer (
    CONSENT research BY (serialNumber) ON VIOLATION REMOVE
)
COMMENT 'Step trainer records of curated customers'
AS
SELECT sensorReadingTime, serialNumber, distanceFromObject
FROM landing.step_trainer
WHERE serialNumber IN (SELECT serialNumber FROM curated.customers);
