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
