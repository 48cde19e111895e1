/// The walk through the example.
extension StediTemplate {
  static let readme = #"""
    # STEDI: from raw files to a table for learning

    STEDI sells a step trainer, a board that measures how far away a foot is. People who own one
    also run an app that records how their phone moves. Some of them agreed that their data may be
    used for research. Five tables are made here, each a file of SQL in this folder: the last holds
    what a model can learn from, and nothing of anybody who did not agree.

    ## The data

    Three kinds of files land in `lake/landing`. All persons are invented.

    | table | records | what one says |
    |---|---:|---|
    | landing.customer | 38 | who somebody is, and since when they share their data, if they do |
    | landing.accelerometer | 3047 | how the phone of `user` (an email) moved at `timestamp` |
    | landing.step_trainer | 1145 | what device `serialNumber` measured at `sensorReadingTime` |

    Times are milliseconds since 1970. A consent is a date, `shareWithResearchAsOfDate`, and where
    somebody did not agree the key is not there at all:

    ```json
    {"customerName":"Kofi Fujita","email":"Kofi.Fujita@test.com",…,"shareWithResearchAsOfDate":1…}
    {"customerName":"Frank Joshi","email":"Frank.Joshi@test.com",…,"shareWithPublicAsOfDate":1…}
    ```

    `catalog/customer_landing.sql`, `catalog/accelerometer_landing.sql` and
    `catalog/step_trainer_landing.sql` say what the columns are, in the words of AWS Glue and
    Athena.

    ## One command

    ```console
    $ bin/lake run STEDI
    consent research: 22 of 38 subjects granted
    job                       state      rows  rejected  withheld  bytes  version  seconds
    customer_trusted          published    22         0        16   3294        0    0.008
    accelerometer_trusted     published  1763         0         0   6079        0    0.008
    customers_curated         published    20         0         0   3151        0    0.007
    step_trainer_trusted      published   603         0       482   3939        0    0.007
    machine_learning_curated  published  1763         0         0   7866        0    0.008
    ```

    It finds the files, makes the tables in the order in which they need one another, checks them,
    and puts each in place in one step. (On a terminal you see a box around the table, and the jobs
    as they go. Notes say how many rows were withheld, and why.)

    | table | job | rows | what it holds |
    |---|---|---:|---|
    | trusted.customer | `customer_trusted` | 22 | customers who agreed to research |
    | trusted.accelerometer | `accelerometer_trusted` | 1763 | the readings of those |
    | curated.customers | `customers_curated` | 20 | those of them with readings, each once |
    | trusted.step_trainer | `step_trainer_trusted` | 603 | step records of the curated customers |
    | curated.machine_learning | `machine_learning_curated` | 1763 | step records with readings |

    These are the counts that a right pipeline makes of the data as it is shipped. A table can also
    be called as in Glue: `customer_trusted` is `trusted.customer`, and `machine_learning_curated`
    is `curated.machine_learning`.

    Run it again, and nothing is done: everything is up to date. Run it with `--force`, and the
    rows are the same: a table is replaced, never added to.

    ## Looking around

    ```console
    $ bin/lake plan STEDI
    $ bin/lake tables
    $ bin/lake describe trusted.customer
    $ bin/lake query "SELECT user, count(*) AS readings FROM trusted.accelerometer
                      GROUP BY user ORDER BY readings DESC LIMIT 3"
    user                   readings
    Paula.Molina@test.com       103
    Carlos.Quinn@test.com       101
    Alice.Flores@test.com       101
    $ bin/lake history trusted.customer
    $ bin/lake runs
    $ bin/lake rejects trusted.customer
    No record of trusted.customer was refused.
    ```

    `plan` says what a run would do and why, and does nothing. `describe` names two paths: the
    published directory, which any tool can read as a folder of Parquet files, and the table proper
    with its history. `rejects` lists the records that could not be read or that a rule refused.
    There are none here.

    Where a filter keeps too much or too little, `--preview` says what each condition of a WHERE
    does (also how many empty texts it met), and publishes nothing:

    ```console
    $ bin/lake run customer_trusted --preview
    customer_trusted: 22 rows from 38 before WHERE
    condition                      kept  dropped  column                     nulls  zeros
    shareWithResearchAsOfDate > 0    22       16  shareWithResearchAsOfDate     16      0
    ```

    ## How consent is declared, and proven

    `catalog/research.sql` says once who is granted: the newest record of a person decides, and it
    must have a date that is not in the future. It also names the tables that hold data of people.
    A table that is made from one of these cannot be published unless it says how its rows relate
    to people:

    ```sql
    CREATE OR REPLACE TABLE trusted.accelerometer (
        CONSENT research BY (user = email)
    )
    ```

    So: the column `user` of this table is the `email` of a person. Every row is checked when the
    table is published. If one belongs to somebody who is not granted, nothing is published and the
    run ends with exit code 6. With `ON VIOLATION REMOVE` such rows are left out instead, and
    counted. `machine_learning_curated.sql` does not select `user`, and still declares it: the
    column is carried along hidden, checked, and dropped.

    The policy, not the WHERE, is what counts. Take the WHERE out of `accelerometer_trusted.sql`,
    with the semicolon behind FROM, and the run refuses, with exit code 6. Keys are masked:

    ```console
    $ sed -i '/^WHERE/d; s/^FROM landing.*/&;/' examples/stedi/accelerometer_trusted.sql
    $ bin/lake run STEDI
    error: 1284 rows of 3047 would be published without the consent 'research' (1284 of people
    who did not agree; first: user I…@t…, user K…@t…, user N…@t…)
    help: Nothing was published. Filter by people who agreed, or declare CONSENT research BY (user)
    ON VIOLATION REMOVE to have them withheld.
    ```

    The tables stay as they were. Put the WHERE back (`git checkout examples`, or by hand), and ask
    for the proof, which reads every kept version of every table again:

    ```console
    $ bin/lake audit
    table                     version  policy    verdict            rows  of others
    trusted.accelerometer           0  research  ok                 1763          0
    trusted.customer                0  research  ok                   22          0
    trusted.step_trainer            0  research  ok                  603          0
    curated.customers               0  research  ok                   20          0
    curated.machine_learning        0  research  proved at publish  1763          0
    ```

    The last table does not show whose its rows are, so they cannot be looked up again: they were
    checked when they were published. (The last column, `why`, says so; it is left out here.)

    ## A withdrawal

    Kofi Fujita has changed his mind. The next file of the website no longer has his date:

    ```console
    $ sed -i '/Kofi.Fujita/s/,"shareWithResearchAsOfDate":[0-9]*//' lake/landing/customer/*.json
    $ bin/lake run STEDI
    consent research: 21 of 38 subjects granted; 1 withdrew since the last run
    trusted.accelerometer: 74 rows of people who withdrew taken out
    trusted.customer: 1 row of people who withdrew taken out
    trusted.step_trainer: 30 rows of people who withdrew taken out
    curated.customers: 1 row of people who withdrew taken out
    …
    ```

    First he is taken out of all tables. `curated.machine_learning` cannot tell which rows are his:
    it is emptied. Then all are made anew, each without him:

    | table | before | after | who or what went |
    |---|---:|---:|---|
    | trusted.customer | 22 | 21 | Kofi.Fujita@test.com |
    | trusted.accelerometer | 1763 | 1689 | his 74 readings |
    | curated.customers | 20 | 19 | Kofi.Fujita@test.com |
    | trusted.step_trainer | 603 | 573 | the 30 records of his device |
    | curated.machine_learning | 1763 | 1689 | the same 74 readings with their steps |

    `bin/lake history` shows both steps (and, in one more column, who made them):

    ```console
    $ bin/lake history trusted.customer
    version  made at (UTC)        operation                          rows  files  bytes
          2  2026-11-24 17:32:20  CREATE OR REPLACE TABLE AS SELECT    21      1   3236
          1  2026-11-24 17:32:20  WITHDRAW CONSENT                     21      1   3236
          0  2026-11-24 17:26:24  CREATE OR REPLACE TABLE AS SELECT    22      1   3294
    ```

    `bin/lake audit` finds nobody in the latest versions who is not granted. Older ones still hold
    him, `lawful when published`: they are kept for a week, and two versions at least. What landed
    is yours, and is left alone.

    `git checkout lake/landing` puts his date back; run once more, and he is back.

    ## Where the seeds of error are

    Most pipelines for this data that can be found on the web are wrong in one of these ways, and
    none of them says so.

    * **Joining on time alone.** Two people who move in the same millisecond get each other's
      readings. Here it gives 1813 rows instead of 1763. The way from a step to its readings leads
      through the customer: `serialNumber` to `email` to `user`.
    * **Filters on what is not there.** `<> 0` and `> 0` drop a null, `IS NOT NULL` keeps a `0` and
      an empty text, `NOT IN (null, 0, '')` drops everybody, and whichever keeps anybody keeps a
      date in the future. The policy grants only a date that has come.
    * **The first, or any, record of a person.** The course's early file has 999 records, 497 of
      them with a date of consent, of 609 people. 391 people agreed at some time, and 319 in their
      newest record. The other 72 have withdrawn, and whoever filters before looking for the newest
      record keeps them.
    * **A serial number that several people share.** In the same file there are only 30 serial
      numbers. A record of such a device names nobody, so it is withheld: `trusted.step_trainer`
      and `curated.machine_learning` come out empty, with a warning that says why. Joined by serial
      number all the same, everybody gets the steps of some thirty others.
    * **A join where a test is meant.** Joining customers to readings gives each customer once for
      every reading. `IN` gives each once, and `PRIMARY KEY (email)` would stop the other.
    * **Running twice.** A job that writes into a folder adds to what is there. Here a run
      replaces.

    To see the early file's troubles without the file, make data like it in a workspace of its own:

    ```console
    $ bin/lake init /tmp/early --template stedi
    $ bin/lake generate stedi --profile early --force /tmp/early
    $ bin/lake -C /tmp/early run STEDI
    consent research: 319 of 609 subjects granted
    note: consent research: 30 values of serialNumber shared by several people, naming nobody: rows
    under such are withheld
    note: step_trainer_trusted: all 18348 rows of landing.step_trainer were withheld by research
    (18348 under keys that several people share)
    job                       state       rows  rejected  withheld  bytes  version  seconds
    customer_trusted          published    319         0       489  15199        0    0.008
    accelerometer_trusted     published  27192         0         0  79810        0    0.011
    customers_curated         published    315         0         0  15115        0    0.006
    step_trainer_trusted      published      0         0     18348    156        0    0.006
    machine_learning_curated  published      0         0         0    195        0    0.007
    ```

    `lake generate stedi` prints the counts to expect, for any `--scale`, `--seed` and `--damage`.
    The data shipped here is that of `--scale 0.04 --seed 3 --files 1`.

    """#
}
