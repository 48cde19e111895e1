/// The jobs, in the order in which they run.
extension StediTemplate {
  static let customerTrusted = #"""
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

    """#

  static let accelerometerTrusted = #"""
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

    """#

  static let customersCurated = #"""
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

    """#

  static let stepTrainerTrusted = #"""
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

    """#

  static let machineLearningCurated = #"""
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

    """#
}
