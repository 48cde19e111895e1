/// The definitions that the catalog is given.
extension StediTemplate {
  static let customerLanding = #"""
    -- Customers as the website sends them. A date of consent is there only if the person agreed.
    CREATE EXTERNAL TABLE IF NOT EXISTS `customer_landing`(
      `customerName` string,
      `email` string,
      `phone` string,
      `birthDay` string,
      `serialNumber` string,
      `registrationDate` bigint,
      `lastUpdateDate` bigint,
      `shareWithResearchAsOfDate` bigint,
      `shareWithPublicAsOfDate` bigint,
      `shareWithFriendsAsOfDate` bigint)
    ROW FORMAT SERDE
      'org.openx.data.jsonserde.JsonSerDe'
    WITH SERDEPROPERTIES (
      'case.insensitive'='TRUE',
      'dots.in.keys'='FALSE',
      'ignore.malformed.json'='TRUE',
      'mapping'='TRUE')
    STORED AS INPUTFORMAT
      'org.apache.hadoop.mapred.TextInputFormat'
    OUTPUTFORMAT
      'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
    LOCATION
      's3://stedi-lake/customer/landing/'
    TBLPROPERTIES (
      'classification'='json');

    """#

  static let accelerometerLanding = #"""
    -- Readings of the mobile app. `user` is the customer's email.
    CREATE EXTERNAL TABLE IF NOT EXISTS `accelerometer_landing`(
      `user` string,
      `timestamp` bigint,
      `x` double,
      `y` double,
      `z` double)
    ROW FORMAT SERDE
      'org.openx.data.jsonserde.JsonSerDe'
    WITH SERDEPROPERTIES (
      'case.insensitive'='TRUE',
      'dots.in.keys'='FALSE',
      'ignore.malformed.json'='TRUE',
      'mapping'='TRUE')
    STORED AS INPUTFORMAT
      'org.apache.hadoop.mapred.TextInputFormat'
    OUTPUTFORMAT
      'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
    LOCATION
      's3://stedi-lake/accelerometer/landing/'
    TBLPROPERTIES (
      'classification'='json');

    """#

  static let stepTrainerLanding = #"""
    -- Records of the step trainer. `serialNumber` is that of the customer's device.
    CREATE EXTERNAL TABLE IF NOT EXISTS `step_trainer_landing`(
      `sensorReadingTime` bigint,
      `serialNumber` string,
      `distanceFromObject` int)
    ROW FORMAT SERDE
      'org.openx.data.jsonserde.JsonSerDe'
    WITH SERDEPROPERTIES (
      'case.insensitive'='TRUE',
      'dots.in.keys'='FALSE',
      'ignore.malformed.json'='TRUE',
      'mapping'='TRUE')
    STORED AS INPUTFORMAT
      'org.apache.hadoop.mapred.TextInputFormat'
    OUTPUTFORMAT
      'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
    LOCATION
      's3://stedi-lake/step_trainer/landing/'
    TBLPROPERTIES (
      'classification'='json');

    """#

  static let research = #"""
    -- Who agreed to research, and which data is about people.
    --
    -- A person (an email, or a device's serial number) is granted if the newest of their
    -- records has a date of consent that is neither empty, nor 0, nor in the future. Every
    -- table made from the data named here must say how its rows relate to people: see the
    -- CONSENT lines in examples/stedi.
    CREATE CONSENT POLICY research ON landing.customer
    SUBJECT email ALSO KNOWN AS serialNumber
    RECORDS LATEST BY lastUpdateDate
    GRANTED SINCE shareWithResearchAsOfDate EPOCH MILLIS
    COVERS landing.accelerometer (user = email), landing.step_trainer (serialNumber);

    """#
}
