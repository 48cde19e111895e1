-- accelerometer_trusted: the readings of trusted customers.
--
-- The CONSENT line is not the filter but its proof: if the WHERE let one reading of anybody
-- else through, nothing would be published.
CREATE OR REPLACE TABLE trusted.accelerometer (
    CONSENT research BY (user = email)
)
COMMENT 'Accelerometer readings of customers who agreed to research'
AS
SELECT user, timestamp, x, y, z
FROM landing.accelerometer
WHERE user IN (SELECT email FROM trusted.customer);
