import LakeEngine
import Testing

@Suite("Functions of arrays, maps and rows")
struct NestedFunctionTests {
  @Test(
    arguments: [
      ("ARRAY[1, 2, 3]", "[1,2,3]"), ("ARRAY[1, NULL, 2.5]", "[1.0,null,2.5]"),
      ("cardinality(ARRAY[1, 2])", "2"), ("cardinality(ARRAY[])", "0"),
      ("cardinality(NULL || ARRAY[1])", "null"), ("ARRAY[1, 2][1]", "1"),
      ("element_at(ARRAY[1, 2], 2)", "2"), ("element_at(ARRAY[1, 2], -1)", "2"),
      ("element_at(ARRAY[1, 2], 3)", "null"), ("element_at(ARRAY[1, 2], -3)", "null"),
      ("contains(ARRAY[1, 2], 2)", "true"), ("contains(ARRAY[1, 2], 3)", "false"),
      ("contains(ARRAY[1, NULL], 3)", "null"), ("contains(ARRAY[1, NULL], 1)", "true"),
      ("contains(ARRAY['a'], 'b')", "false"), ("ARRAY[1] || ARRAY[2, 3]", "[1,2,3]"),
      ("ARRAY[1] || 2", "[1,2]"), ("0 || ARRAY[1]", "[0,1]"), ("ARRAY[1] || 2.5", "[1.0,2.5]"),
      ("array_join(ARRAY[1, NULL, 3], '-')", "1-3"),
      ("array_join(ARRAY[1, NULL, 3], '-', '?')", "1-?-3"),
      ("map(ARRAY['a', 'b'], ARRAY[1, 2])", "{\"a\":1,\"b\":2}"),
      ("map(ARRAY['a', 'b'], ARRAY[1, 2])['b']", "2"),
      ("element_at(map(ARRAY['a'], ARRAY[1]), 'x')", "null"),
      ("map_keys(map(ARRAY['a', 'b'], ARRAY[1, 2]))", "[\"a\",\"b\"]"),
      ("map_values(map(ARRAY['a', 'b'], ARRAY[1, 2]))", "[1,2]"),
      ("cardinality(map(ARRAY['a', 'b'], ARRAY[1, 2]))", "2"),
    ]) func values(sql: String, expected: String) throws
  {
    #expect(try SQLValue.text(sql) == expected, "\(sql)")
  }

  @Test(
    arguments: [
      ("ARRAY[1, 2][0]", "arrays are counted from 1"),
      ("ARRAY[1, 2][3]", "the element 3 of an array of 2 elements"),
      ("ARRAY[1, 2][-1]", "the element -1"), ("element_at(ARRAY[1], 0)", "counted from 1"),
      ("map(ARRAY['a'], ARRAY[1])['x']", "the map has no key 'x'"),
      ("map(ARRAY['a', 'a'], ARRAY[1, 2])", "the keys of a map"),
      ("map(ARRAY['a'], ARRAY[1, 2])", "the keys of a map"),
      ("map(ARRAY[NULL, 'a'], ARRAY[1, 2])", "the keys of a map"),
    ]) func whatIsNotThereIsAnError(sql: String, expected: String)
  {
    let message = SQLValue.error(sql) ?? ""
    #expect(message.contains(expected), "\(sql): \(message)")
  }

  @Test func unknownFunctionsAreGuessedAt() {
    guard case .unknown(let suggestion) = ScalarFunctions.resolve("lowr", [.varchar]) else {
      Issue.record("found")
      return
    }
    #expect(suggestion == "lower")
    guard case .wrongArguments(let expected) = ScalarFunctions.resolve("LOWER", [.bigint]) else {
      Issue.record("not refused")
      return
    }
    #expect(expected == ["lower(varchar) → varchar"])
  }

  @Test func theCatalogueHasEveryNameOnce() {
    let names = Set(ScalarFunctions.catalogue.map(\.name))
    #expect(names.count > 120)
    #expect(names.isSuperset(of: ["substr", "substring", "mod", "now", "date_trunc"]))
    #expect(!names.contains("+"))
  }
}
