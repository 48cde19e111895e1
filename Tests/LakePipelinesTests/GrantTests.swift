import LakeCore
import LakePipelines
import LakeTestSupport
import Lakehouse
import Testing

@Suite("Who is granted")
struct GrantTests {
  /// The users whose rows come through, where one record for each says that about consent.
  private func granted(
    _ records: [String], grant: String = "GRANTED SINCE agreed EPOCH MILLIS", rule: String = "",
    subject: String = "email", users: [String]
  ) throws -> (users: [String], report: RunReport) {
    let test = try TestWorkspace(
      policy: """
        CREATE CONSENT POLICY research ON landing.customer SUBJECT \(subject) \(rule)
          \(grant) COVERS landing.reading (user = email)
        """)
    try test.write("lake/landing/customer/1.json", records)
    try test.write(
      "lake/landing/reading/1.json", users.map { #"{"user":"\#($0)","at":3,"x":1}"# })
    try test.remove("lake/landing/step")
    let report = try test.runWell()
    return (try test.users(), report)
  }

  @Test("nothing but a moment that has come grants, and each other answer is counted")
  func answers() throws {
    let values = [
      ("yes", "1"), ("zero", "0"), ("negative", "-5"), ("null", "null"),
      ("future", "99999999999999"),
    ]
    let records = values.map { #"{"email":"\#($0)","agreed":\#($1)}"# } + [#"{"email":"absent"}"#]
    let (users, report) = try granted(records, users: values.map(\.0) + ["absent", "stranger"])
    #expect(users == ["yes"])
    let counts = Dictionary(
      uniqueKeysWithValues: report.consents[0].answers.map { ($0.answer, $0.count) })
    #expect(counts == [.granted: 1, .zeroOrNegative: 2, .missing: 2, .future: 1])
  }

  @Test("text grants nothing, whatever it says")
  func text() throws {
    let records = [
      #"{"email":"empty","agreed":""}"#, #"{"email":"digits","agreed":"1700000000000"}"#,
      #"{"email":"yes","agreed":"yes"}"#,
    ]
    let (users, report) = try granted(records, users: ["empty", "digits", "yes"])
    #expect(users == [])
    let answers = report.consents[0].answers.map(\.answer)
    #expect(Set(answers) == [.emptyText, .text])
  }

  @Test(
    "the moment of the run is the last that grants",
    arguments: [
      (GrantUnit.milliseconds, Value.int(1_000), DataType.bigint, GrantAnswer.granted),
      (.milliseconds, .int(1_001), .bigint, .future),
      (.seconds, .int(1), .bigint, .granted), (.seconds, .int(2), .bigint, .future),
      (.moment, .int(1_000_000), .timestamp, .granted),
      (.moment, .int(1_000_001), .timestamp, .future),
      (.moment, .int(1), .date, .future), (.moment, .int(0), .date, .zeroOrNegative),
      (.milliseconds, .double(.nan), .double, .notANumber),
      (.milliseconds, .double(.infinity), .double, .future),
      (.milliseconds, .double(-1), .double, .zeroOrNegative),
      (.milliseconds, .double(1_000), .double, .granted),
      (.milliseconds, .int(.max), .bigint, .future), (.seconds, .int(.max), .bigint, .future),
      (.milliseconds, .bool(true), .boolean, .text), (.milliseconds, .null, .bigint, .missing),
    ])
  func boundary(unit: GrantUnit, value: Value, type: DataType, answer: GrantAnswer) {
    #expect(unit.read(value, type: type, startedAt: 1_000_000).answer == answer)
  }

  @Test("seconds are read as seconds, and a column of moments without EPOCH")
  func units() throws {
    let seconds = try granted(
      [#"{"email":"a","agreed":1700000000}"#], grant: "GRANTED SINCE agreed EPOCH SECONDS",
      users: ["a"])
    #expect(seconds.users == ["a"])
    let moments = try granted(
      [
        #"{"email":"a","agreed":"2020-01-01T00:00:00Z"}"#,
        #"{"email":"b","agreed":"2190-01-01T00:00:00Z"}"#,
      ],
      grant: "GRANTED WHEN CAST(agreed AS timestamp) <= TIMESTAMP '2024-01-01 00:00:00'",
      users: ["a", "b"])
    #expect(moments.users == ["a"])
  }

  @Test("GRANTED WHEN grants where it is true, and not where it is null")
  func condition() throws {
    let (users, _) = try granted(
      [
        #"{"email":"a","ok":true}"#, #"{"email":"b","ok":false}"#, #"{"email":"c","ok":null}"#,
        #"{"email":"d"}"#,
      ], grant: "GRANTED WHEN ok", users: ["a", "b", "c", "d"])
    #expect(users == ["a"])
  }

  @Test("of several records all must grant, unless the newest decides")
  func repeated() throws {
    let records = [
      #"{"email":"both","at":1}"#, #"{"email":"both","at":2,"agreed":9}"#,
      #"{"email":"withdrew","at":1,"agreed":9}"#, #"{"email":"withdrew","at":2}"#,
      #"{"email":"always","at":1,"agreed":9}"#, #"{"email":"always","at":2,"agreed":9}"#,
    ]
    let users = ["both", "withdrew", "always"]
    #expect(try granted(records, users: users).users == ["always"])
    let latest = try granted(records.reversed(), rule: "RECORDS LATEST BY at", users: users)
    #expect(latest.users == ["always", "both"])
  }

  @Test("where nobody knows which record is the newest, nobody is granted")
  func undecided() throws {
    let records = [
      #"{"email":"tie","at":2,"agreed":9}"#, #"{"email":"tie","at":2}"#,
      #"{"email":"agreeing","at":2,"agreed":9}"#, #"{"email":"agreeing","at":2,"agreed":8}"#,
      #"{"email":"timeless","agreed":9}"#, #"{"email":"timeless","at":1,"agreed":9}"#,
      #"{"email":"older tie","at":1,"agreed":9}"#, #"{"email":"older tie","at":1}"#,
      #"{"email":"older tie","at":2,"agreed":9}"#,
    ]
    let (users, report) = try granted(
      records, rule: "RECORDS LATEST BY at",
      users: ["tie", "agreeing", "timeless", "older tie"])
    #expect(users == ["agreeing", "older tie"])
    #expect(report.consents[0].notes.contains { $0.hasPrefix("2 subjects are not granted") })
  }

  @Test("a record without a key grants nobody, and rows without a key are withheld")
  func keyless() throws {
    let (users, report) = try granted(
      [#"{"email":"","agreed":1}"#, #"{"email":null,"agreed":1}"#, #"{"email":"a","agreed":1}"#],
      users: ["", "a"])
    #expect(users == ["a"])
    #expect(report.consents[0].subjects == 1)
    #expect(report.consents[0].notes.contains { $0.hasPrefix("2 records") })
  }

  @Test("NORMALIZED makes keys of one person equal on both sides")
  func normalized() throws {
    let records = [
      #"{"email":" Ann@X ","agreed":1}"#, #"{"email":"BOB@x"}"#, #"{"email":"bob@X","agreed":1}"#,
    ]
    let (users, report) = try granted(
      records, subject: "email NORMALIZED lower(trim(email))", users: ["ann@x", "ANN@x", "Bob@x"])
    #expect(users == ["ANN@x", "ann@x"])
    #expect(report.consents[0].subjects == 2)
    #expect(try granted(records, users: ["ann@x", "ANN@x", "bob@X"]).users == ["bob@X"])
  }

  @Test("keys that are numbers are keys")
  func numbers() throws {
    let test = try TestWorkspace()
    try test.write(
      "lake/landing/customer/1.json",
      [#"{"email":17,"serial":1,"agreed":1}"#, #"{"email":18,"serial":2}"#])
    try test.write(
      "lake/landing/reading/1.json",
      [#"{"user":17,"at":3,"x":1}"#, #"{"user":18,"at":3,"x":1}"#, #"{"user":19,"at":3,"x":1}"#])
    try test.runWell()
    #expect(try test.users() == ["17"])
  }

  @Test("a grant that depends on the moment is asked again, although no file changed")
  func expiry() throws {
    let test = try TestWorkspace(
      policy: """
        CREATE CONSENT POLICY research ON landing.customer SUBJECT email
          GRANTED WHEN agreed <= 5 AND now() < TIMESTAMP '2000-01-01 00:00:00'
            + CASE WHEN email = 'ann' THEN INTERVAL '1' DAY ELSE INTERVAL '100000' DAY END
          COVERS landing.reading (user = email)
        """)
    try test.remove("lake/landing/step")
    try test.runWell()
    #expect(try test.users() == ["eve"])
    #expect(try test.run().jobs[0].state == .upToDate)
  }
}
