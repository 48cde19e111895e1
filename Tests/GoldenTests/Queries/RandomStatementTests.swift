import Foundation
import LakeTestSupport
import Testing

/// Whatever is typed is answered: by rows, or by an error that says where.
///
/// `LAKE_RANDOM_STATEMENTS` says how many for each file of queries, and `LAKE_RANDOM_SEED` which.
@Suite("Random statements")
struct RandomStatementTests {
  private static func number(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
  }

  static let count = number("LAKE_RANDOM_STATEMENTS") ?? 60
  static let seed = UInt64(number("LAKE_RANDOM_SEED") ?? 1)

  /// A statement that goes on for longer is stopped.
  private static let secondsMax = 10.0

  @Test(arguments: QueryGoldenTests.files)
  func everyStatementIsAnswered(file name: String) throws {
    let path = "\(QueryGoldenTests.folder)/\(name)"
    let lines = try String(contentsOfFile: path, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let queries = QueryFile(lines).parts.compactMap { part -> QueryFile.Query? in
      if case .query(let query) = part { query } else { nil }
    }
    let isSetup = { (sql: String) in sql.hasPrefix("CREATE") || sql.hasPrefix("INSERT") }
    var statements = RandomStatements(queries.map(\.sql), seed: Self.seed)
    let log = ProcessInfo.processInfo.environment["LAKE_RANDOM_LOG"].map { "\($0)/\(name)" }
    var runner: QueryRunner?
    for number in 0..<Self.count {
      if number % 100 == 0 {
        let fresh = try QueryRunner(QueryConfiguration(threads: 1, memoryLimit: 128 << 20))
        for query in queries where isSetup(query.sql) { _ = try fresh.answer(query) }
        runner = fresh
      }
      let sql = statements.next()
      // The last statement before a crash is what the log says.
      if let log { try sql.write(toFile: log, atomically: false, encoding: .utf8) }
      let started = Date()
      let answer = try runner?.answer(QueryFile.Query(sql: sql, line: 1), rowsMax: 10_000) ?? []
      let seconds = Date().timeIntervalSince(started)
      #expect(seconds < Self.secondsMax, "\(sql)\ntook \(seconds) s")
      #expect(!answer.contains { $0.hasPrefix("error: internal") }, "\(sql)\n\(answer)")
    }
  }
}
