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
    ```

    It finds the files, makes the tables in the order in which they need one another, checks them,
    and puts each in place in one step:

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
    $ bin/lake query "SELECT user, count(*) AS readings FROM trusted.accelerometer GROUP BY user"
    $ bin/lake history trusted.customer
    $ bin/lake runs
    $ bin/lake rejects trusted.customer
    ```

    `plan` says what a run would do and why, and does nothing. `describe` names two paths: the
    published directory, which any tool can read as a folder of Parquet files, and the table proper
    with its history. `rejects` lists the records that could not be read or that a rule refused.
    There are none here.

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
    and the run refuses. Then ask for the proof, which looks at every kept version of every table:

    ```console
    $ bin/lake audit
    ```

    ## A withdrawal

    Kofi Fujita has changed his mind. The next file of the website no longer has his date:

    ```console
    $ sed -i '/Kofi.Fujita/s/,"shareWithResearchAsOfDate":[0-9]*//' lake/landing/customer/*.json
    $ bin/lake run STEDI
    ```

    First he is taken out of all tables, then these are made anew, each without him:

    | table | before | after | who or what went |
    |---|---:|---:|---|
    | trusted.customer | 22 | 21 | Kofi.Fujita@test.com |
    | trusted.accelerometer | 1763 | 1689 | his 74 readings |
    | curated.customers | 20 | 19 | Kofi.Fujita@test.com |
    | trusted.step_trainer | 603 | 573 | the 30 records of his device |
    | curated.machine_learning | 1763 | 1689 | the same 74 readings with their steps |

    `bin/lake history trusted.customer` shows it, and `bin/lake audit` that no table that can be
    read holds him. `git checkout lake/landing` puts his date back; run once more, and he is back.

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
    ```

    `lake generate stedi` prints the counts to expect, for any `--scale`, `--seed` and `--damage`.
    The data shipped here is that of `--scale 0.04 --seed 3 --files 1`.

    """#
}
