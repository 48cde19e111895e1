import LakeCore
import LakeEngine
import Testing

@Suite("Implicit coercions")
struct TypeCoercionTests {
  @Test(
    arguments: [
      ("tinyint", "bigint", "bigint"), ("integer", "decimal(5,2)", "decimal(12,2)"),
      ("bigint", "decimal(38,10)", "decimal(38,10)"),
      ("decimal(5,2)", "decimal(4,3)", "decimal(6,3)"),
      ("decimal(38,0)", "decimal(38,38)", "decimal(38,38)"), ("decimal(5,2)", "real", "real"),
      ("decimal(5,2)", "double", "double"), ("bigint", "real", "real"),
      ("real", "double", "double"),
      ("date", "timestamp", "timestamp"), ("unknown", "date", "date"), ("varchar", "bigint", nil),
      ("varchar", "json", nil), ("varchar", "date", nil), ("boolean", "integer", nil),
      ("array(integer)", "array(double)", "array(double)"),
      ("map(varchar, integer)", "map(varchar, bigint)", "map(varchar, bigint)"),
      ("array(integer)", "integer", nil), ("row(a integer)", "row(b bigint)", "row(a bigint)"),
      ("row(a integer)", "row(a integer, b integer)", nil),
    ] as [(String, String, String?)])
  func typesMeet(a: String, b: String, expected: String?) throws {
    let (x, y) = (try DataType(parsing: a), try DataType(parsing: b))
    let common = TypeCoercion.common(x, y)
    #expect(common == (try expected.map { try DataType(parsing: $0) }))
    if let common {
      #expect(TypeCoercion.canCoerce(x, to: common))
      #expect(TypeCoercion.canCoerce(y, to: common))
    }
  }

  @Test(arguments: [("bigint", "integer"), ("double", "decimal(5,2)"), ("timestamp", "date")])
  func nothingIsNarrowed(from: String, to: String) throws {
    #expect(!TypeCoercion.canCoerce(try DataType(parsing: from), to: try DataType(parsing: to)))
  }

  @Test func aggregatesAreFoundByTheirOtherNames() {
    #expect(AggregateFunctions.resolve("ANY_VALUE", [.date])?.function == .arbitrary)
    #expect(AggregateFunctions.resolve("every", [.boolean])?.function == .everyTrue)
    #expect(AggregateFunctions.resolve("sum", [.integer])?.result == .bigint)
    let decimal = DataType.decimal(precision: 9, scale: 2)
    #expect(
      AggregateFunctions.resolve("sum", [decimal])?.result == .decimal(precision: 38, scale: 2))
    #expect(AggregateFunctions.resolve("avg", [decimal])?.result == decimal)
    #expect(AggregateFunctions.resolve("sum", [.varchar]) == nil)
    #expect(AggregateFunctions.resolve("max", [.map(key: .varchar, value: .date)]) == nil)
  }
}
