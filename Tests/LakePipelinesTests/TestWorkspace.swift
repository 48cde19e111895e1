import Foundation
import LakeCore
import LakePipelines
import LakeTestSupport
import Lakehouse

/// A workspace of a few people and their readings, made for one test.
struct TestWorkspace {
  let directory: TemporaryDirectory
  let workspace: LakeWorkspace

  /// One record for each person: `("ann", 1, "s1")` has agreed since millisecond 1 and holds the
  /// serial number `s1`; nil has not agreed.
  typealias Person = (email: String, since: Int?, serial: String)

  static let policy = """
    CREATE CONSENT POLICY research ON landing.customer
      SUBJECT email ALSO KNOWN AS serial
      GRANTED SINCE agreed EPOCH MILLIS
      COVERS landing.reading (user = email), landing.step (serial)
    """

  static let readings = """
    CREATE OR REPLACE TABLE trusted.reading (CONSENT research BY (user = email) ON VIOLATION REMOVE)
    AS SELECT user, at, x FROM landing.reading
    """

  static let people: [Person] = [("ann", 1, "s1"), ("bob", nil, "s2"), ("eve", 5, "s3")]

  init(
    policy: String? = TestWorkspace.policy, people: [Person] = TestWorkspace.people,
    pipeline: String? = TestWorkspace.readings, threads: Int = 2
  ) throws {
    directory = try TemporaryDirectory()
    var settings = Lake.Settings()
    settings.threadCount = threads
    workspace = try Lake(settings).createWorkspace(at: directory.file("ws"))
    if let policy { try write("catalog/policy.sql", policy) }
    if let pipeline { try write("pipelines/p/jobs.sql", pipeline) }
    try write(people)
    try write(
      "lake/landing/reading/1.json",
      people.map { #"{"user":"\#($0.email)","at":3,"x":\#($0.since ?? 0)}"# })
    try write(
      "lake/landing/step/1.json",
      people.map { #"{"serial":"\#($0.serial)","at":3,"distance":7}"# })
  }

  func write(_ people: [Person], to name: String = "1") throws {
    try write(
      "lake/landing/customer/\(name).json",
      people.map { person in
        let since = person.since.map { #","agreed":\#($0)"# } ?? ""
        return #"{"email":"\#(person.email)","serial":"\#(person.serial)"\#(since)}"#
      })
  }

  func write(_ name: String, _ lines: [String]) throws {
    try write(name, lines.joined(separator: "\n") + "\n")
  }

  func write(_ name: String, _ text: String) throws {
    try directory.write(text, to: "ws/\(name)")
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: directory.file("ws/\(name)"))
  }

  @discardableResult
  func run(
    _ name: String? = "p", _ options: RunOptions = RunOptions()
  ) throws -> RunReport {
    try workspace.run(name, options).run
  }

  /// Runs, and expects every job to succeed.
  @discardableResult
  func runWell(_ name: String? = "p") throws -> RunReport {
    let report = try run(name)
    if let error = report.error { throw error }
    return report
  }

  /// The error of a run, whether it ended the run or one of its jobs.
  func failure(_ name: String? = "p", _ options: RunOptions = RunOptions()) -> LakeError? {
    do {
      return try run(name, options).error
    } catch {
      return error as? LakeError
    }
  }

  /// Rows as one text each, values separated by a bar, sorted.
  func rows(_ sql: String) throws -> [String] {
    try workspace.query(sql).rows.map { $0.map { $0 ?? "null" }.joined(separator: "|") }.sorted()
  }

  /// The first column of a table of people's readings.
  func users(_ table: String = "trusted.reading") throws -> [String] {
    try rows("SELECT user FROM \(table)")
  }

  /// The answers of an audit as `table@version verdict`.
  func audit() throws -> [String] {
    try workspace.audit().map { "\($0.table)@\($0.version) \($0.verdict.rawValue)" }
  }
}
