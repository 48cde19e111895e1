-- customer_trusted: customers who agreed to share their data for research.
--
-- First the newest record of each person, then the filter: the other way round keeps people
-- who have withdrawn. A missing date is null, and null > 0 is not true, so those rows go
-- too. What the WHERE still lets through, a date in the future, the policy removes.
CREATE OR REPLACE TABLE trusted.customer (
    PRIMARY KEY (email),
    CONSTRAINT has_serial CHECK (serialNumber IS NOT NULL) ON VIOLATION REJECT,
    CONSENT research BY (email) ON VIOLATION REMOVE
)
COMMENT 'Customers who agreed to share their data for research'
AS
WITH newest AS (
    SELECT *
    FROM landing.customer
    QUALIFY row_number() OVER (PARTITION BY email ORDER BY lastUpdateDate DESC) = 1
)
SELECT *
FROM newest
WHERE shareWithResearchAsOfDate > 0;
