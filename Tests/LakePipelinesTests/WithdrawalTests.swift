import Foundation
import LakeCore
import LakePipelines
import LakeTestSupport
import Lakehouse
import Testing

@Suite("Withdrawal")
struct WithdrawalTests {
  private static let withdrawn: [TestWorkspace.Person] = [
    ("ann", nil, "s1"), ("bob", nil, "s2"), ("eve", 5, "s3"),
  ]

  @Test("comes first: from tables of other pipelines and of failing jobs, and the audit tells")
  func first() throws {
    let test = try TestWorkspace()
    try test.write(
      "pipelines/q/q.sql",
      """
      CREATE TABLE trusted.other (CONSENT research BY (user = email))
      AS SELECT user, x FROM trusted.reading;
      CREATE TABLE curated.hidden (CONSENT research BY (user = email))
      AS SELECT x FROM trusted.reading;
      """)
    try test.runWell()
    try test.runWell("q")
    try test.write(Self.withdrawn)
    try test.write(
      "pipelines/p/jobs.sql", "CREATE TABLE trusted.reading AS SELECT nothing FROM landing.reading")
    let report = try test.run()
    #expect(report.error != nil)
    #expect(report.consents[0].withdrew == 1)
    #expect(try test.users() == ["eve"])
    #expect(try test.users("trusted.other") == ["eve"])
    #expect(try test.rows("SELECT x FROM curated.hidden") == [])
    #expect(report.withdrawals.first { $0.table.name == "hidden" }?.isEmptied == true)
    let audit = try test.audit()
    #expect(audit.contains("trusted.reading@0 lawful when published"))
    #expect(audit.contains("trusted.reading@1 ok"))
    try test.runWell("q")
    #expect(try test.rows("SELECT x FROM curated.hidden") == ["5"])
    #expect(try test.run("q").jobs.map(\.state) == [.upToDate, .upToDate])
  }

  @Test("an alias that becomes ambiguous is taken out, although nobody withdrew")
  func newAmbiguity() throws {
    let test = try TestWorkspace(
      pipeline: """
        CREATE TABLE trusted.step (CONSENT research BY (serial) ON VIOLATION REMOVE)
        AS SELECT serial FROM landing.step
        """)
    try test.runWell()
    #expect(try test.rows("SELECT serial FROM trusted.step") == ["s1", "s3"])
    try test.write("pipelines/p/jobs.sql", "CREATE TABLE trusted.u AS SELECT 1 AS one")
    try test.write([("new", 1, "s1")], to: "2")
    try test.runWell()
    #expect(try test.rows("SELECT serial FROM trusted.step") == ["s3"])
  }

  @Test("subjects that change during the run are read again before anything is published")
  func duringRun() throws {
    for isNewFile in [false, true] {
      let test = try TestWorkspace()
      try test.write(
        "pipelines/p/z.sql",
        """
        CREATE TABLE curated.sum (CONSENT research AGGREGATE)
        AS SELECT sum(x) s FROM trusted.reading
        """
      )
      let change = OnJob { job in
        guard job.target.name == "sum" else { return }
        if isNewFile {
          try test.write([("ann", nil, "s1")], to: "2")
        } else {
          try test.write(Self.withdrawn)
        }
      }
      let report = try test.workspace.run("p", observer: change).run
      #expect(report.error == nil)
      #expect(try test.rows("SELECT s FROM curated.sum") == ["5"])
      #expect(try test.users() == ["eve"])
      #expect(try test.run().jobs.count == 2)
      #expect(try test.users() == ["eve"])
    }
  }

  @Test("a file that is touched and holds what it held repeats no work")
  func touched() throws {
    let test = try TestWorkspace()
    try test.runWell()
    try test.write(TestWorkspace.people)
    let report = try test.runWell()
    #expect(report.jobs[0].state == .upToDate)
    #expect(report.consents[0].withdrew == 0)
  }

  @Test("a policy whose file is gone is refused until it is dropped")
  func policyGone() throws {
    let test = try TestWorkspace()
    try test.runWell()
    try test.remove("catalog/policy.sql")
    #expect(test.failure()?.code == .consentViolation)
    try test.write(
      "pipelines/q/q.sql", "CREATE TABLE curated.x AS SELECT user FROM trusted.reading")
    #expect(test.failure("q")?.code == .consentViolation)
    try test.remove("catalog/consent")
    #expect(test.failure("q")?.code == .consentViolation)
    try test.write("catalog/policy.sql", TestWorkspace.policy)
    _ = try test.workspace.query("DROP CONSENT POLICY research")
    #expect(test.failure()?.code == .notFound)
    #expect(test.failure("q")?.code == .consentViolation)
    try test.write(
      "pipelines/p/jobs.sql", "CREATE TABLE trusted.reading AS SELECT user FROM landing.reading")
    #expect(test.failure() != nil)
    _ = try test.workspace.query("DROP TABLE trusted.reading")
    try test.runWell()
    try test.runWell("q")
  }

  @Test("without the memory of consent everything is checked again")
  func memoryGone() throws {
    let test = try TestWorkspace()
    try test.runWell()
    try test.write("pipelines/p/jobs.sql", "CREATE TABLE trusted.u AS SELECT 1 AS one")
    try test.write(Self.withdrawn)
    try test.remove("catalog/consent")
    try test.runWell()
    #expect(try test.users() == ["eve"])
  }

  @Test("a table of subjects that is gone forbids the run")
  func subjectsGone() throws {
    let test = try TestWorkspace()
    try test.runWell()
    try test.remove("lake/landing/customer")
    #expect(test.failure()?.code == .consentViolation)
  }

  @Test("a record that cannot be read un-grants its person; one of nobody known stops the run")
  func rejects() throws {
    let test = try TestWorkspace(
      policy: TestWorkspace.policy.split(separator: "\n").joined(separator: "\n")
        .replacingFirst("SUBJECT email", "SUBJECT email NORMALIZED lower(email)"))
    try test.runWell()
    #expect(try test.users() == ["ann", "eve"])
    try test.write("lake/landing/customer/2.json", [#"{"email":"ANN","serial":"#])
    let report = try test.runWell()
    #expect(try test.users() == ["eve"])
    #expect(report.consents[0].notes.contains { $0.contains("could not be read") })
    try test.write("lake/landing/customer/3.json", [#"{"serial":"s3","email":"#])
    #expect(test.failure()?.code == .consentViolation)
    try test.write(
      "catalog/policy.sql", TestWorkspace.policy + " ON REJECT WARN")
    let warned = test.failure()
    #expect(warned == nil, "\(String(describing: warned))")
  }

  @Test("a file of subjects that cannot be read at all stops the run")
  func damagedFile() throws {
    let test = try TestWorkspace()
    try test.runWell()
    try test.write("lake/landing/customer/2.json.gz", "\u{1F}no gzip at all")
    #expect(test.failure()?.code == .consentViolation)
  }

  @Test("keys of damaged records are read where they are whole, and no others")
  func rejectedKeys() {
    func find(_ text: String) -> RejectedKeys.Found {
      RejectedKeys.find("email", in: Array(text.utf8))
    }
    #expect(find(#"{"Email" : "a@b", "x":"#) == .init(values: ["a@b"], isWhole: true))
    #expect(find(#"{"name":"\u00e9\ud83d\ude00","email":"a@b""#).values == ["a@b"])
    #expect(find(#"{"email":17,"x""#) == .init(values: ["17"], isWhole: true))
    #expect(!find(#"{"email":17"#).isWhole)
    #expect(!find(#"{"email":"a@"#).isWhole)
    #expect(!find(#"{"email":null,"x":"#).isWhole)
    #expect(find(#"{"of":{"email":"x"},"e"#) == .init(values: ["x"], isWhole: false))
    #expect(
      find(#"{"of":{"email":"x"},"email":"y","e"#) == .init(values: ["x", "y"], isWhole: true))
    #expect(!find(#"{"email":"y","of":{"email":"#).isWhole)
    #expect(find("a,b,c") == .init())
  }
}

/// Does something when a job begins.
final class OnJob: RunObserver {
  private let body: (JobDefinition) throws -> Void

  init(_ body: @escaping (JobDefinition) throws -> Void) { self.body = body }

  func runDidBegin(_ pipeline: Pipeline) {}
  func jobDidBegin(_ job: JobDefinition) {
    do { try body(job) } catch { Issue.record(error) }
  }
  func jobDidEnd(_ report: JobReport) {}
}

extension String {
  func replacingFirst(_ text: String, _ replacement: String) -> String {
    guard let range = range(of: text) else { return self }
    return replacingCharacters(in: range, with: replacement)
  }
}

@Suite("Commits behind our back")
struct ForeignCommitTests {
  @Test("are kept from readers, and shown by the audit, until the table is made anew")
  func foreign() throws {
    let test = try TestWorkspace()
    try test.runWell()
    let log = "lake/.tables/trusted/reading/_delta_log"
    let first = String(
      decoding: try test.directory.read("ws/\(log)/00000000000000000000.json"), as: UTF8.self)
    let add = try #require(first.split(separator: "\n").first { $0.hasPrefix(#"{"add""#) })
    try test.write(
      "\(log)/00000000000000000001.json",
      #"{"commitInfo":{"timestamp":1700000000000,"operation":"WRITE"}}"# + "\n" + add + "\n")
    #expect(throws: LakeError.self) { try test.users() }
    #expect(try test.audit().contains("trusted.reading@1 unverifiable"))
    try test.runWell()
    #expect(try test.users() == ["ann", "eve"])
  }
}
