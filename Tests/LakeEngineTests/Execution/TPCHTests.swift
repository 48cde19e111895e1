import Foundation
import LakeCore
import LakeEngine
import LakeSQL
import LakeTestSupport
import Testing

/// The 22 queries of TPC-H against the published answers.
///
/// The files are made elsewhere: `LAKE_TPCH_DATA` names a directory of `lineitem.parquet` and the
/// others, and `LAKE_TPCH_ANSWERS` that of the answers which belong to them.
enum TPCHFiles {
  static let queries = ["../shared/data/tpch/queries", "../../shared/data/tpch/queries"].first {
    (try? LocalFileSystem().readWhole("\($0)/q01.sql", limit: 1 << 20)) != nil
  }
  static let data = ProcessInfo.processInfo.environment["LAKE_TPCH_DATA"]
  static let answers = ProcessInfo.processInfo.environment["LAKE_TPCH_ANSWERS"]
  static let isThere = queries != nil && data != nil && answers != nil

  static let tables = [
    "lineitem", "orders", "customer", "part", "partsupp", "supplier", "nation", "region",
  ]

  static func text(_ path: String) throws -> String {
    String(decoding: try LocalFileSystem().readWhole(path, limit: 16 << 20), as: UTF8.self)
  }
}

@Suite(
  "TPC-H", .serialized,
  .enabled(if: TPCHFiles.isThere, "LAKE_TPCH_DATA and LAKE_TPCH_ANSWERS name no files"))
struct TPCHTests {
  private static func resolver(_ context: ExecutionContext) throws -> StaticResolver {
    var resolver = StaticResolver()
    for name in TPCHFiles.tables {
      let file = try FileResolver(context: context).resolve(
        FileRequest(["\(TPCHFiles.data ?? "")/\(name).parquet"]))
      resolver.add(TableName(.landing, name), file.schema, file.source)
    }
    return resolver
  }

  @Test(arguments: 1...22) func queriesGiveThePublishedAnswers(_ number: Int) throws {
    let name = "q\(number < 10 ? "0" : "")\(number)"
    let sql = try TPCHFiles.text("\(TPCHFiles.queries ?? "")/\(name).sql")
    let context = try ExecutionFixture.context(threads: 2)
    let binder = Binder(try Self.resolver(context), source: SourceText(sql))
    let bound = try binder.bind(try BindingFixture.query(sql))
    let plan = try Optimizer().optimize(bound.plan)
    let types = plan.schema.fields.map(\.type)
    let found = try Execution(plan, context).collect().flatMap(\.allRows).map { row in
      zip(row, types).map { Self.text($0, $1) }
    }
    let answers = try TPCHFiles.text("\(TPCHFiles.answers ?? "")/\(name).csv")
    let expected = answers.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
      .dropLast().map {
        $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      }
    #expect(found.count == expected.count)
    for (row, wanted) in zip(found, expected) {
      #expect(
        row.count == wanted.count && zip(row, wanted).allSatisfy(Self.isSame),
        "\(name): \(row) and not \(wanted)")
    }
  }

  private static func text(_ value: Value, _ type: DataType) -> String {
    if value.isNull { return "" }
    guard let vector = try? ColumnVector.constant(type, value, count: 1),
      let cast = try? Kernels().cast(vector, to: .varchar, .orNull).vector,
      case .string(let text) = cast.value(at: 0)
    else { return "\(value)" }
    return text
  }

  /// Numbers are compared after rounding to the scale of the result.
  private static func isSame(_ found: String, _ wanted: String) -> Bool {
    if found == wanted { return true }
    guard let a = Double(found), let b = Double(wanted) else { return false }
    let digits = found.split(separator: ".").dropFirst().first.map(\.count) ?? 0
    let unit = (0..<digits).reduce(1.0) { size, _ in size / 10 }
    return abs(a - b) <= unit * 0.51 || abs(a - b) <= abs(b) * 1e-12
  }
}
