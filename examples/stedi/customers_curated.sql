-- customers_curated: trusted customers who have readings, each once.
--
-- IN rather than JOIN: a join would give a customer once for every reading.
CREATE OR REPLACE TABLE curated.customers (
    PRIMARY KEY (email),
    CONSENT research BY (email)
)
COMMENT 'Customers who agreed to research and have accelerometer readings'
AS
SELECT *
FROM trusted.customer
WHERE email IN (SELECT user FROM trusted.accelerometer);
