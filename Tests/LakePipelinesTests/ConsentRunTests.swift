import LakeCore
import LakePipelines
import LakeTestSupport
import Lakehouse
import Testing

@Suite("Consent at a run")
struct ConsentRunTests {
  @Test("an alias of several people names nobody, and stays so when one of them is gone")
  func ambiguity() throws {
    let test = try TestWorkspace(
      people: [("ann", 1, "s1"), ("eve", 5, "s1"), ("sue", 1, "s2")],
      pipeline: """
        CREATE TABLE trusted.step (CONSENT research BY (serial) ON VIOLATION REMOVE)
        AS SELECT serial, distance FROM landing.step
        """)
    let report = try test.runWell()
    #expect(try test.rows("SELECT serial FROM trusted.step") == ["s2"])
    #expect(report.jobs[0].rowsWithheld == 2)
    #expect(report.jobs[0].warnings.contains { $0.contains("several people share") })
    try test.write([("ann", 1, "s1"), ("sue", 1, "s2")])
    try test.runWell()
    #expect(try test.rows("SELECT serial FROM trusted.step") == ["s2"])
  }

  @Test("AMBIGUOUS IF ALL GRANTED lets a shared alias through where all of its people agreed")
  func sharedAliases() throws {
    let test = try TestWorkspace(
      policy: TestWorkspace.policy + " AMBIGUOUS IF ALL GRANTED",
      people: [("ann", 1, "s1"), ("eve", 5, "s1"), ("sue", 1, "s2"), ("bob", nil, "s2")],
      pipeline: """
        CREATE TABLE trusted.step (CONSENT research BY (serial) ON VIOLATION REMOVE)
        AS SELECT DISTINCT serial FROM landing.step
        """)
    try test.runWell()
    #expect(try test.rows("SELECT serial FROM trusted.step") == ["s1"])
  }

  @Test("an alias on a record without a key is somebody's whom nobody knows")
  func unknownHolder() throws {
    let test = try TestWorkspace(
      pipeline: """
        CREATE TABLE trusted.step (CONSENT research BY (serial) ON VIOLATION REMOVE)
        AS SELECT serial FROM landing.step
        """)
    try test.write(
      "lake/landing/customer/2.json",
      [#"{"serial":"s1","agreed":1}"#, #"{"serial":"s9","agreed":1}"#])
    try test.write(
      "lake/landing/step/2.json", [#"{"serial":"s9","at":1,"distance":1}"#])
    try test.runWell()
    #expect(try test.rows("SELECT serial FROM trusted.step") == ["s3"])
  }

  @Test("a landing table that no policy speaks of is not read, and the error says what to add")
  func coverage() throws {
    let test = try TestWorkspace(
      pipeline: "CREATE TABLE trusted.other AS SELECT * FROM landing.other")
    try test.write("lake/landing/other/1.json", [#"{"a":1}"#])
    let error = try #require(test.failure())
    #expect(error.code == .consentViolation)
    #expect(error.hint?.contains("ALTER TABLE landing.other SET PERSONAL = false") == true)
    try test.write("catalog/other.sql", "ALTER TABLE landing.other SET PERSONAL = false")
    try test.runWell()
    #expect(try test.rows("SELECT a FROM trusted.other") == ["1"])
  }

  @Test("files that are named by path are not read past the policies")
  func files() throws {
    let test = try TestWorkspace(pipeline: nil)
    let path = test.directory.file("ws/lake/landing/reading/1.json")
    try test.write("pipelines/p/a.sql", "CREATE TABLE trusted.x AS SELECT * FROM '\(path)'")
    #expect(test.failure()?.code == .consentViolation)
  }

  @Test("a table that is made of people's data must say whose its rows are, also through a chain")
  func chain() throws {
    let test = try TestWorkspace()
    try test.write("pipelines/p/k.sql", "CREATE TABLE curated.k AS SELECT x FROM trusted.reading")
    let error = try #require(test.failure())
    #expect(error.code == .consentViolation)
    #expect(error.hint?.contains("CONSENT research BY (email)") == true)
    try test.write(
      "pipelines/p/k.sql",
      "CREATE TABLE curated.k (CONSENT research BY (user = email)) AS SELECT x FROM trusted.reading"
    )
    try test.runWell()
    #expect(try test.rows("SELECT * FROM curated.k") == ["1", "5"])
    #expect(
      try test.audit().sorted() == ["curated.k@0 proved at publish", "trusted.reading@0 ok"])
  }

  @Test("a lawful basis needs no consent, and what reads the table must declare itself again")
  func lawfulBasis() throws {
    let test = try TestWorkspace(
      pipeline: """
        CREATE TABLE trusted.reading (LAWFUL BASIS contract BECAUSE 'they are billed by it')
        AS SELECT user, x FROM landing.reading
        """)
    try test.runWell()
    #expect(try test.users() == ["ann", "bob", "eve"])
    #expect(try test.audit() == ["trusted.reading@0 lawful basis"])
    try test.write(
      "pipelines/p/k.sql",
      "CREATE TABLE curated.k (CONSENT research AGGREGATE) AS SELECT sum(x) s FROM trusted.reading")
    #expect(test.failure()?.code == .consentViolation)
  }

  @Test("an aggregate of rows that were checked is published, and so is an aggregate of that")
  func aggregates() throws {
    let test = try TestWorkspace()
    try test.write(
      "pipelines/p/k.sql",
      """
      CREATE TABLE curated.k (CONSENT research AGGREGATE) AS SELECT sum(x) s FROM trusted.reading;
      CREATE TABLE curated.l (CONSENT research AGGREGATE) AS SELECT max(s) s FROM curated.k;
      """)
    try test.runWell()
    #expect(try test.rows("SELECT s FROM curated.l") == ["6"])
    try test.write(
      "pipelines/p/k.sql",
      "CREATE TABLE trusted.k (CONSENT research AGGREGATE) AS SELECT sum(x) s FROM landing.reading")
    #expect(test.failure()?.code == .consentViolation)
  }

  @Test("a key that was picked from a group, or made up, names nobody")
  func provenance() throws {
    for (select, isRefused) in [
      ("SELECT max(user) AS user, sum(x) s FROM landing.reading", true),
      ("SELECT 'ann' AS user, x FROM landing.reading", true),
      ("SELECT user, sum(x) s FROM landing.reading WHERE user <> 'bob' GROUP BY user", false),
    ] {
      let test = try TestWorkspace(
        pipeline: "CREATE TABLE trusted.t (CONSENT research BY (user = email)) AS \(select)")
      #expect((test.failure()?.code == .consentViolation) == isRefused, "\(select)")
    }
  }

  @Test("one stray row forbids the publish; the message counts and masks, the old version stays")
  func stray() throws {
    let test = try TestWorkspace(
      pipeline: """
        CREATE TABLE trusted.reading (CONSENT research BY (user = email))
        AS SELECT user, x FROM landing.reading WHERE user <> 'bob'
        """)
    try test.runWell()
    try test.write(
      "lake/landing/reading/2.json",
      [#"{"user":"stranger@x.org","at":1,"x":1}"#, #"{"user":null,"at":1,"x":1}"#])
    let error = try #require(test.failure())
    #expect(error.code == .consentViolation)
    #expect(error.message.contains("1 row of 3"))
    #expect(error.message.contains("s…@x…") && !error.message.contains("stranger"))
    #expect(try test.users() == ["ann", "eve"])
    #expect(try test.rows("SELECT count(*) FROM trusted.reading FOR VERSION AS OF 0") == ["2"])
  }

  @Test("withheld rows are taken out where they are read: they do not count, nor take a number")
  func influence() throws {
    let test = try TestWorkspace(
      people: [("bob", nil, "s2"), ("ann", 1, "s1"), ("eve", 5, "s3")],
      pipeline: """
        CREATE TABLE trusted.t (CONSENT research BY (user = email) ON VIOLATION REMOVE)
        AS SELECT r.user, row_number() OVER (ORDER BY r.user DESC) n, c.total
        FROM landing.reading r CROSS JOIN (SELECT count(*) total FROM landing.reading) c
        """)
    let report = try test.runWell()
    #expect(try test.rows("SELECT user, n, total FROM trusted.t") == ["ann|2|2", "eve|1|2"])
    #expect(report.jobs[0].rowsWithheld == 2)
    #expect(report.jobs[0].warnings.contains { $0.contains("2 of 6 rows of landing.reading") })
  }

  @Test("several keys in one row must all be granted")
  func severalPeople() throws {
    let test = try TestWorkspace(
      pipeline: """
        CREATE TABLE trusted.pair (CONSENT research BY (a = email, b = email) ON VIOLATION REMOVE)
        AS SELECT l.user a, r.user b FROM landing.reading l CROSS JOIN landing.reading r
        """)
    try test.runWell()
    #expect(
      try test.rows("SELECT a, b FROM trusted.pair") == [
        "ann|ann", "ann|eve", "eve|ann", "eve|eve",
      ])
  }

  @Test("AT keeps out rows that are older than the consent; without it they are counted")
  func at() throws {
    let test = try TestWorkspace(people: [("ann", 3, "s1"), ("eve", 4, "s3")])
    let query = "SELECT user, CAST(at AS bigint) readtime FROM landing.reading"
    try test.write(
      "pipelines/p/jobs.sql",
      "CREATE OR REPLACE TABLE trusted.reading (CONSENT research BY (user = email)) AS \(query)")
    let counted = try test.runWell()
    #expect(try test.users() == ["ann", "eve"])
    #expect(counted.jobs[0].warnings.contains { $0.hasPrefix("1 row of 2 are older") })
    try test.write(
      "pipelines/p/jobs.sql",
      """
      CREATE OR REPLACE TABLE trusted.reading (
        CONSENT research BY (user = email) AT (readtime) ON VIOLATION REMOVE) AS \(query)
      """)
    try test.runWell()
    #expect(try test.users() == ["ann"])
  }
}
