/// Statements as people write them: of the STEDI course, of Athena and Glue, of Spark and DuckDB.
enum Corpus {
  static let all = queries + course + definitions + pipelines + others + managedTables

  /// As learners of the course write them.
  static let course = [
    "select * from customer_landing where shareWithResearchAsOfDate is not null;",
    "SELECT user, timestamp, x, y, z FROM accelerometer_landing WHERE timestamp > 1655296678763",
    "select distinct(c.email), c.* from customer_trusted c, accelerometer_landing a "
      + "where c.email == a.user",
    "select user as email, timestamp at, z from stedi.accelerometer_landing -- all of them",
    """
    SELECT s.*
    FROM step_trainer_landing s
    JOIN customers_curated c
    WHERE s.serialNumber = c.serialNumber
    """,
    "select * from step_trainer_trusted st join accelerometer_trusted a "
      + "on a.timestamp = st.sensorReadingTime",
    "SELECT substring(birthDay, 0, 4) year, count(*) FROM customer_trusted GROUP BY 1",
    "select split_part(email, '@', 2) domain, datediff(day, to_date(a), current_date) from t",
    "select arr[0].field, arr[1].address.city from `landing`.`customer`",
    "SELECT COUNT(*) FROM \"stedi\".\"customer_landing\" WHERE sharewithresearchasofdate = ''",
    """
    /* joined by both */
    SELECT sensorReadingTime, user, x, y, z, distanceFromObject
    FROM step_trainer_trusted INNER JOIN accelerometer_trusted
      ON step_trainer_trusted.sensorReadingTime = accelerometer_trusted.timestamp
     AND email = user;
    """,
    "select from_unixtime(timestamp/1000), date_format(d, '%Y') from accelerometer_landing limit 9",
    "select end, start, date, time, zone, user, timestamp, at, by, day, year from t",
    "select * from a left outer join b using (id) full outer join c on a.id = c.id",
    "select a.* , b.z z from a , b where (a.x = b.x) and not (b.y <=> a.y)",
    "with t as (select 1 as a), u(b) as (select a from t) select * from t, u where a != b",
    "select email, count(1) as n from customer_landing group by email having count(1) > 1 "
      + "order by n desc, email limit 20",
  ]

  /// The grammar of queries, corner by corner.
  static let queries = [
    "SELECT 1", "SELECT 'it''s', X'00ff', 1.5, .5, 1., 1e3, 2.5E-7, NULL, TRUE, false",
    "SELECT DATE '2024-02-29', TIMESTAMP '2024-01-01 00:00:00', TIME '10:00'",
    "SELECT INTERVAL '3' DAY, INTERVAL -'1-2' YEAR TO MONTH, INTERVAL 3 DAYS, interval",
    "SELECT a + b * c - d / e % f, -a, - -a, +b, (a + b) * c, a - (b - c), a || b || 'c'",
    "SELECT a OR b AND NOT c = d, (a OR b) AND c, NOT (a AND b), a AND (b AND c)",
    "SELECT a IS NULL, a IS NOT NULL, a IS TRUE, a IS NOT UNKNOWN, a IS DISTINCT FROM b",
    "SELECT a IS NOT DISTINCT FROM b, a <=> b, a == b, a != b, a <> b, a <= b, a >= b",
    "SELECT x IN (1, 2, 3), x NOT IN (SELECT y FROM t), x BETWEEN 1 AND 2, "
      + "x NOT BETWEEN a + 1 AND b * 2 AND c",
    "SELECT transform(a, x -> x + 1), zip_with(a, b, (x, y) -> x || y), f(() -> 1), a ~ 'b', "
      + "c !~ 'd', reduce(a, 0, (s, x) -> s + x, s -> CASE WHEN s > 1 THEN s END) FROM t",
    "SELECT a LIKE 'x%', a NOT LIKE 'x!_' ESCAPE '!', a ILIKE 'y', a RLIKE '^b', "
      + "a NOT REGEXP 'c'",
    "SELECT EXISTS (SELECT 1), NOT EXISTS (SELECT 1), (SELECT max(a) FROM t) + 1",
    "SELECT a = ANY (SELECT b FROM t), a > ALL (SELECT b FROM t), a < SOME (SELECT 1)",
    "SELECT CASE WHEN a THEN 1 WHEN b THEN 2 ELSE 3 END, CASE x WHEN 1 THEN 'a' END end",
    "SELECT CAST(a AS bigint), TRY_CAST(a AS decimal(10,2)), a::varchar(20)::int, TRY(a / 0)",
    "SELECT CAST(a AS row(x bigint, \"y z\" array(varchar))), CAST(a AS map<string,array<int>>)",
    "SELECT CAST(a AS timestamp(3) with time zone), CAST(a AS double precision), a::interval "
      + "day to second",
    "SELECT CAST(a AS struct<id:int,name:string,inner:struct<x:double>>).inner.x",
    "SELECT count(*), count(DISTINCT a), sum(a) FILTER (WHERE b > 0), array_agg(a ORDER BY b DESC)",
    "SELECT lag(x) IGNORE NULLS OVER (PARTITION BY a ORDER BY b NULLS FIRST), "
      + "first_value(x) OVER w, sum(x) OVER (w ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) "
      + "FROM t WINDOW w AS (PARTITION BY a)",
    "SELECT sum(x) OVER (ORDER BY t RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND "
      + "UNBOUNDED FOLLOWING), rank() OVER (ROWS UNBOUNDED PRECEDING) FROM t",
    "SELECT EXTRACT(year FROM d), extract(epoch from t), substring(a FROM 2 FOR 3), "
      + "substring(a, 2), position('a' IN b), trim(BOTH 'x' FROM a), trim(a), trim(LEADING FROM a)",
    "SELECT a[1], a[1][2], m['k'].f, (t).f, f(x).y, ROW(1, 'a'), (1, 2), ARRAY[1, 2], ARRAY[], "
      + "MAP(ARRAY['a'], ARRAY[1])",
    "SELECT t AT TIME ZONE 'Europe/Berlin', (a + b) AT TIME ZONE c FROM t",
    "SELECT * FROM read_csv(['a.csv', 'b.csv'], delim => ';', header := false, null = 'NA')",
    "SELECT ['a', 'b'][1], [], [[1], [2, 3]]",
    "SELECT ?, ? + 1 FROM t WHERE a = ?",
    "SELECT current_date, current_timestamp, current_timestamp(3), localtimestamp, now()",
    "SELECT * FROM t", "SELECT t.*, u.a FROM t, u", "SELECT ALL a FROM t", "SELECT all FROM t",
    "SELECT * EXCEPT (a, b), * EXCLUDE c, t.* REPLACE (a + 1 AS a) FROM t",
    "SELECT DISTINCT a, b FROM t", "FROM 'x.json'", "FROM t SELECT a WHERE b",
    "SELECT * FROM 'data/*.parquet' p JOIN read_csv('x.csv') AS c ON p.id = c.id",
    "SELECT * FROM t FOR VERSION AS OF 3 AS old, u FOR TIMESTAMP AS OF TIMESTAMP '2024-01-01' n",
    "SELECT * FROM trusted.customer VERSION AS OF 2",
    "SELECT * FROM a LEFT SEMI JOIN b ON a.x = b.x LEFT ANTI JOIN c USING (y, z)",
    "SELECT * FROM a NATURAL JOIN b CROSS JOIN c RIGHT JOIN (d FULL JOIN e ON d.x = e.x) ON TRUE",
    "SELECT * FROM a SEMI JOIN b ON a.x = b.x ANTI JOIN c ON a.x = c.x",
    "SELECT * FROM (SELECT 1 AS x) s (y), LATERAL (SELECT s.y) l",
    "SELECT * FROM t CROSS JOIN UNNEST(a, b) WITH ORDINALITY AS u (x, y, n)",
    "SELECT * FROM ((SELECT 1) UNION (SELECT 2)) u", "SELECT * FROM ((a JOIN b ON TRUE))",
    "SELECT a FROM t GROUP BY a, b + 1, 3", "SELECT a, sum(b) FROM t GROUP BY ALL",
    "SELECT a FROM t GROUP BY ROLLUP (a, (b, c)), CUBE (d), GROUPING SETS ((a, b), a, ())",
    "SELECT a FROM t GROUP BY () HAVING count(*) > 0",
    "SELECT a FROM t QUALIFY row_number() OVER (PARTITION BY a ORDER BY b DESC) = 1",
    "SELECT 1 UNION SELECT 2 UNION SELECT 3", "SELECT 1 UNION ALL SELECT 2 UNION SELECT 3",
    "SELECT 1 UNION SELECT 2 INTERSECT SELECT 3 EXCEPT ALL SELECT 4",
    "(SELECT 1 ORDER BY 1 LIMIT 1) UNION ALL (SELECT 2) ORDER BY 1 NULLS LAST LIMIT 5 OFFSET 2",
    "SELECT 1 INTERSECT (SELECT 2 UNION SELECT 3)",
    "SELECT a FROM t ORDER BY a ASC OFFSET 5 ROWS FETCH FIRST 3 ROWS ONLY",
    "SELECT a FROM t LIMIT ALL", "SELECT a FROM t FETCH NEXT ROW ONLY",
    "VALUES (1, 'a'), (2, 'b')", "SELECT * FROM (VALUES (1, 2), (3, 4)) AS v (a, b)",
    "SELECT * FROM (VALUES -1, 2) AS v (a)", "SELECT (values - 1), (values-1) FROM t",
    "SELECT JSON '[1]', DOUBLE '1.5', DECIMAL '-1.50', BIGINT '7', double FROM t",
    "VALUES 1, 2, ROW(3)", "SELECT * FROM (VALUES DATE '2024-01-01', NULL) t (d)",
    "SELECT * FROM (VALUES ARRAY[1], NULL) t", "SELECT (values), (values + 1) FROM t",
    "SELECT * RENAME (a AS b, c AS d), t.* EXCEPT (a) REPLACE (1 AS b) RENAME (b AS c) FROM t",
    "SELECT * RENAME a AS b FROM t", "SELECT rename, copy, source, matched, temp FROM merge",
    "SELECT a FROM t ORDER BY a OFFSET 1 FETCH FIRST 3 ROWS WITH TIES",
    "SELECT :a, :\"b c\" || :from FROM t WHERE x = :a",
    "SELECT a FROM t LATERAL VIEW explode(b) x AS y LATERAL VIEW OUTER posexplode(c) AS p, q",
    "SELECT a FROM t LATERAL VIEW explode(b) x WHERE a > 1",
    "INSERT INTO t VALUES (1, 'a'), (2, 'b')", "INSERT INTO TABLE a.t (x, y) SELECT 1, 2",
    "INSERT OVERWRITE TABLE t SELECT * FROM u", "INSERT INTO t (SELECT 1)",
    "INSERT INTO t (a) (SELECT 1) UNION SELECT 2",
    "UPDATE t SET a = 1, b = b || 'x' WHERE c IS NULL", "UPDATE t AS u SET u.a = u.b",
    "DELETE FROM t", "DELETE FROM t u WHERE u.a IN (SELECT b FROM v)",
    """
    MERGE INTO t AS a USING (SELECT * FROM u) AS b ON a.id = b.id AND a.x > 1
    WHEN MATCHED AND b.gone THEN DELETE WHEN MATCHED THEN UPDATE SET a = b.a, c = 1
    WHEN NOT MATCHED THEN INSERT (a, c) VALUES (b.a, 2)
    WHEN NOT MATCHED BY SOURCE AND a.x < 0 THEN DELETE
    """,
    "MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET * "
      + "WHEN NOT MATCHED BY TARGET THEN INSERT *",
    "UNLOAD (SELECT * FROM t) TO 's3://b/x/' WITH (format = 'PARQUET', compression = 'gzip')",
    "COPY (SELECT 1) TO 'x.csv' (FORMAT csv, HEADER true)", "COPY landing.t TO 'y.parquet'",
    "SELECT values, first, last FROM t",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT * FROM n",
    "SELECT \"select\", `from`, \"a\"\"b\" FROM \"order\" AS \"group\"",
    "SELECT t.order, t.select.from FROM t",
    "SELECT left(a, 2), right(a, 2), if(a, b, c), "
      + "replace(a, 'x', 'y') FROM t", "SELECT \"$path\", \"$row\" FROM t",
  ]

  static let definitions = [
    """
    CREATE EXTERNAL TABLE IF NOT EXISTS `stedi`.`customer_landing` (
      `customerName` string,
      `email` string COMMENT 'who it is',
      `phone` string,
      `birthDay` string,
      `serialNumber` string,
      `registrationDate` bigint,
      `lastUpdateDate` bigint,
      `shareWithResearchAsOfDate` bigint,
      `shareWithPublicAsOfDate` bigint,
      `shareWithFriendsAsOfDate` bigint
    )
    COMMENT 'Customers as they signed up'
    PARTITIONED BY (`dt` string)
    ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
    WITH SERDEPROPERTIES (
      'ignore.malformed.json' = 'FALSE',
      'dots.in.keys' = 'FALSE',
      'case.insensitive' = 'TRUE',
      'mapping' = 'TRUE'
    )
    STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
      OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
    LOCATION 's3://stedi-lake-house/customer/landing/'
    TBLPROPERTIES ('classification' = 'json');
    """,
    """
    CREATE EXTERNAL TABLE `accelerometer_landing`(
      `user` string COMMENT 'from deserializer',
      `timestamp` bigint COMMENT 'from deserializer',
      `x` float COMMENT 'from deserializer')
    ROW FORMAT SERDE
      'org.openx.data.jsonserde.JsonSerDe'
    WITH SERDEPROPERTIES (
      'paths'='timeStamp,user,x,y,z')
    STORED AS INPUTFORMAT
      'org.apache.hadoop.mapred.TextInputFormat'
    OUTPUTFORMAT
      'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
    LOCATION
      's3://bucket/accelerometer/landing'
    TBLPROPERTIES (
      'CrawlerSchemaDeserializerVersion'='1.0',
      'CrawlerSchemaSerializerVersion'='1.0',
      'UPDATED_BY_CRAWLER'='accelerometer',
      'averageRecordSize'='142',
      'classification'='json',
      'compressionType'='none',
      'objectCount'='9',
      'recordCount'='81273',
      'sizeKey'='12345678',
      'typeOfData'='file')
    """,
    """
    CREATE EXTERNAL TABLE csv_table (id int, `name ` string, tags array<string>,
      info struct<a:int,`b-c`:map<string,double>>)
    ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' ESCAPED BY '\\\\'
      COLLECTION ITEMS TERMINATED BY '|' MAP KEYS TERMINATED BY ':' LINES TERMINATED BY '\\n'
      NULL DEFINED AS ''
    STORED AS TEXTFILE
    LOCATION "s3://bucket/landing/csv_table"
    TBLPROPERTIES ("skip.header.line.count"="1", "has_encrypted_data"="false")
    """,
    "CREATE EXTERNAL TABLE p (a int) STORED AS PARQUET LOCATION 's3://b/trusted/p/'",
    "CREATE VIEW v AS SELECT 1",
    "CREATE OR REPLACE VIEW trusted.v (a, b) COMMENT 'two' AS SELECT 1, 2",
    "CREATE DATABASE IF NOT EXISTS stedi COMMENT 'all'", "create schema s",
    "DROP TABLE IF EXISTS trusted.customer", "DROP VIEW v", "DROP DATABASE stedi CASCADE",
    "DROP CONSENT POLICY IF EXISTS research",
    "CREATE TEMPORARY TABLE t (a int, b varchar)", "create temp view v as select 1",
    "CREATE OR REPLACE TEMP TABLE IF NOT EXISTS t AS SELECT 1 a",
    "ALTER TABLE t RENAME TO u", "ALTER TABLE t RENAME COLUMN a TO b",
    "ALTER TABLE t DROP COLUMN a", "ALTER TABLE t DROP COLUMNS (a, b)",
    "ALTER TABLE t DROP COLUMN IF EXISTS a", "ALTER TABLE t CHANGE COLUMN a b bigint COMMENT 'x'",
    "ALTER TABLE t CHANGE a a string", "ALTER TABLE t REPLACE COLUMNS (a int, b string)",
    "ALTER TABLE t ADD PARTITION (year = '2024', month = 5) LOCATION 's3://b/landing/t/y=2024/'",
    "ALTER TABLE t ADD IF NOT EXISTS PARTITION (d = '1') PARTITION (d = '2')",
    "ALTER TABLE t DROP IF EXISTS PARTITION (d = '1'), PARTITION (d = '2')",
    "ALTER TABLE t RECOVER PARTITIONS", "ALTER TABLE t SET LOCATION 's3://b/landing/t/'",
    "MSCK REPAIR TABLE landing.t", "SET a.b.c = 'x'", "set session x = 3",
    "SET TIME ZONE 'UTC'", "SET hive.exec.dynamic.partition.mode=nonstrict",
  ]

  static let pipelines = [
    """
    CREATE OR REPLACE TABLE trusted.customer (
        PRIMARY KEY (email),
        CONSTRAINT has_serial CHECK (serialNumber IS NOT NULL) ON VIOLATION REJECT,
        CONSENT research BY (email)
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
    """,
    """
    CREATE CONSENT POLICY research ON landing.customer
      SUBJECT email NORMALIZED lower(trim(email)) ALSO KNOWN AS serialNumber, phone
      RECORDS LATEST BY lastUpdateDate
      GRANTED SINCE shareWithResearchAsOfDate EPOCH MILLIS
      COVERS landing.accelerometer (user = email), landing.step_trainer (serialNumber)
      ON WITHDRAWAL PURGE AFTER INTERVAL '30' DAY
      ON REJECT WARN
      AMBIGUOUS IF ALL GRANTED;
    """,
    "CREATE CONSENT POLICY p ON c SUBJECT id RECORDS ALL GRANTED WHEN agreed AND NOT withdrawn",
    """
    CREATE TABLE t (
      id bigint NOT NULL ON VIOLATION REJECT COMMENT 'the key',
      user varchar CONSTRAINT known CHECK (user <> '') ON VIOLATION WARN,
      timestamp timestamp, date, consent varchar, check int,
      email NOT NULL,
      UNIQUE (id, user) ON VIOLATION FAIL,
      NOT NULL (date),
      CONSENT research BY (user = email, friend = email) AT (timestamp) ON VIOLATION REMOVE,
      CONSENT research AGGREGATE MIN 10 SUBJECTS,
      CONSENT other AGGREGATE,
      LAWFUL BASIS contract BECAUSE 'they bought it'
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS curated.x
    WITH (format = 'PARQUET', write_compression = 'GZIP', partitioned_by = ARRAY['d'],
      allow_landing = true)
    AS SELECT * FROM a JOIN b ON a.id = b.id
    """,
    "CREATE TABLE x USING delta PARTITIONED BY (a, days(b)) TBLPROPERTIES ('k' = 'v') AS SELECT 1",
    "ALTER TABLE landing.x SET PERSONAL = false", "ALTER TABLE t ADD PRIMARY KEY (a)",
    "ALTER TABLE t ADD CONSENT research BY (email)", "ALTER TABLE t ADD COLUMN a int COMMENT 'x'",
    "ALTER TABLE t ADD COLUMNS (a int, b array<string>)",
    "ALTER TABLE t SET TBLPROPERTIES ('a.b' = 'c')",
  ]

  static let others = [
    "EXPLAIN SELECT 1", "EXPLAIN ANALYZE SELECT 1", "EXPLAIN (FORMAT JSON) (SELECT 1)",
    "EXPLAIN ANALYZE (FORMAT TEXT) CREATE TABLE t AS SELECT 1", "USE trusted",
    "SHOW TABLES", "SHOW TABLES IN trusted LIKE 'c*'", "SHOW TABLES 'c*'", "SHOW COLUMNS IN t",
    "SHOW COLUMNS FROM trusted.t", "SHOW CREATE TABLE t", "SHOW CREATE VIEW v", "SHOW SCHEMAS",
    "SHOW DATABASES LIKE 's%'", "SHOW FUNCTIONS", "SHOW PARTITIONS t", "SHOW VIEWS IN trusted",
    "SHOW TBLPROPERTIES t", "SHOW CONSENT POLICIES", "DESCRIBE t", "DESC EXTENDED trusted.t",
    "DESCRIBE FORMATTED t", "DESCRIBE formatted", "DESCRIBE t email", "DESCRIBE SELECT 1 AS a",
    "DESC DATABASE landing", "DESCRIBE FUNCTION date_format", "SUMMARIZE t", "SUMMARIZE 'a.json'",
    "SUMMARIZE SELECT a FROM t WHERE b", "SHOW COLUMNS IN t LIKE 'a%'", "SHOW SCHEMAS IN c",
    "SHOW TBLPROPERTIES t('a.b')", "CACHE TABLE t", "CACHE LAZY TABLE t AS SELECT 1 AS a",
    "UNCACHE TABLE IF EXISTS t", "REFRESH TABLE t",
    "ANALYZE TABLE t COMPUTE STATISTICS FOR ALL "
      + "COLUMNS", "RESET", "RESET a.b", "SET", "SET a.b", "USE CATALOG c", "USE DATABASE d",
    "EXPLAIN EXTENDED SELECT 1", "EXPLAIN (TYPE LOGICAL, FORMAT JSON) SELECT 1", "TABLE t",
    "CREATE GLOBAL TEMPORARY VIEW v AS SELECT 1", "DROP DATABASE d RESTRICT",
    "ALTER TABLE t SET SERDEPROPERTIES ('a' = 'b')", "ALTER TABLE t UNSET TBLPROPERTIES ('a')",
    "ALTER TABLE t UNSET TBLPROPERTIES IF EXISTS ('a', 'b')",
    "SELECT a FROM t ORDER BY ALL", "SELECT a FROM t ORDER BY ALL DESC NULLS FIRST LIMIT 1",
    "SELECT all FROM t ORDER BY \"all\"", "SELECT a FROM t MINUS SELECT a FROM u",
    "SELECT minus FROM t minus", "SELECT a FROM t sort SORT BY a", "SELECT sort FROM sort",
    "SELECT a, count(*) FROM t GROUP BY a, b WITH ROLLUP", "SELECT 1 FROM t GROUP BY a WITH CUBE",
    "SELECT * FROM VALUES (1, 'a'), (2, 'b') AS t (id, s)", "SELECT * FROM values",
    "SELECT 5 DIV 2, a div b * c, 7 div", "SELECT !a, !(a AND b) OR c",
    "SELECT [1, 2][1], [], [[a]]",
    "SELECT {'a': 1, b: x, 'c d': {'e': 2}}, MAP {'k': 1, 'l': 2}, MAP {}, map",
    "SELECT struct(1 AS a, t.b, c + 1), named_struct('a', 1), struct",
  ]

  /// What is done to managed tables, as Spark, Delta, Athena and DuckDB write it.
  static let managedTables = [
    "INSERT OVERWRITE TABLE t PARTITION (day = '2024-05-31', hour) IF NOT EXISTS SELECT a, h",
    "INSERT INTO t PARTITION (day) (a, b) SELECT 1, 2, DATE '2024-01-01'",
    "INSERT INTO t BY NAME SELECT 1 AS b, 2 AS a", "INSERT INTO t BY POSITION VALUES (1)",
    "INSERT INTO t TABLE u", "INSERT WITH SCHEMA EVOLUTION INTO t SELECT * FROM u",
    "INSERT INTO t WITH (merge_schema = true) SELECT * FROM u",
    "INSERT INTO t (a) WITH (merge_schema = FALSE) VALUES 1",
    "INSERT INTO t WITH x AS (SELECT 1) SELECT * FROM x",
    "INSERT INTO t REPLACE WHERE d >= '2024-01-01' AND d < '2024-02-01' SELECT * FROM u",
    "INSERT OVERWRITE t (SELECT 1) UNION ALL SELECT 2", "insert into table trusted.t values (1)",
    """
    MERGE WITH SCHEMA EVOLUTION INTO t USING s ON t.id = s.id
    WHEN MATCHED AND s.op = 'd' THEN DELETE WHEN MATCHED THEN UPDATE SET *
    WHEN NOT MATCHED THEN INSERT * WHEN NOT MATCHED BY SOURCE THEN UPDATE SET t.gone = true
    """,
    "MERGE INTO t USING s VERSION AS OF 3 ON true WHEN MATCHED THEN DELETE",
    "TRUNCATE TABLE t", "TRUNCATE t", "TRUNCATE TABLE a.t PARTITION (day = '1', hour = 2)",
    "DESCRIBE HISTORY t", "DESC HISTORY trusted.t LIMIT 5", "DESCRIBE DETAIL t",
    "DESCRIBE history", "DESCRIBE detail", "RESTORE TABLE t TO VERSION AS OF 3",
    "RESTORE t TO TIMESTAMP AS OF '2024-05-31 12:00:00'", "RESTORE TABLE t VERSION AS OF 1 + 1",
    "RESTORE t@v3", "RESTORE TABLE t TO TIMESTAMP AS OF current_timestamp - INTERVAL '1' DAY",
    "OPTIMIZE t", "OPTIMIZE t WHERE day >= '2024-01-01' ZORDER BY (a, b.c)",
    "OPTIMIZE t FULL", "OPTIMIZE t ORDER BY a, b", "OPTIMIZE TABLE t WHERE a = 1 ORDER BY (a) FULL",
    "OPTIMIZE t REWRITE DATA USING BIN_PACK WHERE day = DATE '2024-01-01'",
    "VACUUM t", "VACUUM t RETAIN 168 HOURS DRY RUN", "VACUUM t DRY RUN", "VACUUM TABLE a.t FORCE",
    "VACUUM t FULL RETAIN 0 HOURS FORCE", "VACUUM t LITE",
    "SELECT * FROM t VERSION AS OF 3", "SELECT * FROM t TIMESTAMP AS OF '2024-05-31' AS x",
    "SELECT * FROM t@v12 AS x JOIN t@20240531120000123 y ON x.a = y.a",
    "SELECT * FROM t FOR SYSTEM_TIME AS OF TIMESTAMP '2024-05-31 00:00:00 UTC'",
    "CREATE TABLE t (a int NOT NULL, d date, PRIMARY KEY (a)) USING delta PARTITIONED BY (d)",
    "CREATE TABLE t USING parquet LOCATION 'x/y' COMMENT 'c' AS SELECT 1 AS a",
    "CREATE TABLE t (a int) PARTITIONED BY (d date COMMENT 'day', e string)",
    "CREATE TABLE IF NOT EXISTS t LIKE u", "CREATE TABLE t (LIKE a.u) TBLPROPERTIES ('a' = 'b')",
    """
    CREATE TABLE t WITH (partitioned_by = ARRAY['d'], format = 'PARQUET',
      write_compression = 'GZIP', external_location = 's3://b/curated/t/') AS SELECT 1 AS a, 2 AS d
    """,
    "ALTER TABLE t ADD COLUMN IF NOT EXISTS a int", "ALTER TABLE t ADD COLUMNS a int, b string",
    "ALTER TABLE t ADD COLUMN (a int)", "ALTER TABLE t ADD columns int",
    "ALTER TABLE t ALTER COLUMN a TYPE bigint", "ALTER TABLE t ALTER a SET DATA TYPE decimal(10,2)",
    "ALTER TABLE t CHANGE COLUMN a COMMENT 'x'", "ALTER TABLE t ALTER COLUMN a SET NOT NULL",
    "ALTER TABLE t CHANGE COLUMN a DROP NOT NULL", "ALTER TABLE t CHANGE a TYPE bigint",
    "ALTER TABLE t DROP CONSTRAINT c", "ALTER TABLE t DROP CONSTRAINT IF EXISTS c CASCADE",
    "ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0)", "DROP TABLE IF EXISTS t PURGE",
    "SELECT history, dry, force, hours, optimize, restore, retain, run, truncate, vacuum, zorder "
      + "FROM optimize AS vacuum",
  ]
}
