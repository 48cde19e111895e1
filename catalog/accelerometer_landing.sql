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
