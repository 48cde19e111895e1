import LakeCore
import LakeSQL
import Testing

@Suite struct ErrorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    /// `line:column: message (hint)`.
    var expected: String

    var testDescription: String { text }

    init(_ text: String, _ expected: String) {
      self.text = text
      self.expected = expected
    }
  }

  static let misspelt = [
    Case("SELCT 1", "1:1: expected a statement, found 'SELCT' (Did you mean 'SELECT'?)"),
    Case(
      "SELECT * FORM t",
      "1:10: expected the end of the statement, found 'FORM' (Did you mean 'FROM'?)"),
    Case(
      "SELECT a FORM t",
      "1:10: 'FORM' is taken as an alias, and then 't' follows (Did you mean 'FROM'?)"),
    Case(
      "SELECT a FROM t WEHRE a = 1",
      "1:17: 'WEHRE' is taken as an alias, and then 'a' follows (Did you mean 'WHERE'?)"),
    Case("SELECT a FROM t GROUP YB a", "1:23: expected BY, found 'YB' (Did you mean 'BY'?)"),
    Case(
      "CREATE TABEL t AS SELECT 1",
      "1:8: expected TABLE, EXTERNAL, VIEW, CONSENT, DATABASE or SCHEMA, found 'TABEL' "
        + "(Did you mean 'TABLE'?)"),
    Case("SELECT CAST(a AS bigit)", "1:18: unknown type 'bigit' (Did you mean 'bigint'?)"),
    Case(
      "SELECT CAST(a AS row(b int, c strin))", "1:31: unknown type 'strin' (Did you mean 'string'?)"
    ),
    Case(
      "SELECT INTERVAL '1' DAI",
      "1:21: expected a unit such as DAY, found 'DAI' "
        + "(Did you mean 'DAY'?)"),
    Case(
      "SHOW TABELS",
      "1:6: expected TABLES, COLUMNS, CREATE, SCHEMAS, DATABASES, VIEWS, "
        + "FUNCTIONS or PARTITIONS, found 'TABELS' (Did you mean 'TABLES'?)"),
  ]

  static let misplaced = [
    Case(
      "SELECT a, FROM t",
      "1:11: expected an expression, found 'FROM' "
        + "(Remove the comma before it, or write an expression.)"),
    Case("SELECT a\nFROM t\nWHERE", "3:6: expected an expression, found the end of the text"),
    Case("SELECT (1 + 2", "1:14: expected ')', found the end of the text"),
    Case("SELECT f(1, 2", "1:14: expected a comma or ')', found the end of the text"),
    Case(
      "SELECT a = b = c",
      "1:14: expected the end of the condition, found '=' "
        + "(Put one of the two comparisons in parentheses.)"),
    Case(
      "SELECT a FROM order",
      "1:15: expected the name of a table, found 'order' "
        + "('order' is a word of SQL; as a name it stands in double quotes.)"),
    Case(
      "SELECT a AS 'b'",
      "1:13: expected a name behind AS, found ''b'' "
        + "(A name stands in double quotes, a text in single ones.)"),
    Case("SELECT * FROM a LEFT JOIN b", "1:28: expected ON or USING, found the end of the text"),
    Case(
      "SELECT CASE WHEN a THEN b", "1:26: expected WHEN, ELSE or END, found the end of the text"),
    Case(
      "SELECT x IS 5",
      "1:13: expected NOT, NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM, found '5'"),
    Case("SELECT x IN 5", "1:13: expected a list or a query in parentheses behind IN, found '5'"),
    Case("SELECT 1 SELECT 2", "1:10: expected the end of the statement, found 'SELECT'"),
    Case("SELECT a b c", "1:12: expected the end of the statement, found 'c'"),
    Case(
      "CREATE TABLE t (a int) LOCATION 's3://x'",
      "1:24: expected AS and a query, found "
        + "'LOCATION' (A table over files that are there already is made by CREATE EXTERNAL TABLE.)"
    ),
    Case(
      "ALTER TABLE t ALTER COLUMN a",
      "1:29: expected TYPE, SET DATA TYPE, SET NOT NULL, DROP NOT NULL or COMMENT, found the end "
        + "of the text"),
    Case(
      "RESTORE TABLE t TO 3", "1:20: expected VERSION or TIMESTAMP, found '3'"),
    Case("OPTIMIZE t REWRITE DATA", "1:24: expected USING, found the end of the text"),
    Case("VACUUM t RETAIN many HOURS", "1:17: expected a number of hours, found 'many'"),
    Case("VACUUM t DRY", "1:13: expected RUN, found the end of the text"),
    Case("INSERT INTO t BY VALUES (1)", "1:18: expected NAME, found 'VALUES'"),
    Case(
      "INSERT INTO t WITH (mergeSchema = true) SELECT 1",
      "1:21: 'mergeSchema' is no option of INSERT "
        + "(WITH (merge_schema = true) adds the columns that the table does not have.)"),
    Case("SELECT * FROM t@3", "1:17: expected a version such as v3 behind '@', found '3'"),
    Case(
      "MERGE INTO t USING u ON a = b WHEN NOT MATCHED BY x THEN INSERT *",
      "1:51: expected SOURCE or TARGET, found 'x'"),
    Case("ALTER TABLE t SET PERSONAL = maybe", "1:30: expected TRUE or FALSE, found 'maybe'"),
    Case(
      "SELECT * FROM t FOR x",
      "1:17: expected the end of the table, found 'FOR' (An older "
        + "state is FOR VERSION AS OF 3, or FOR TIMESTAMP AS OF TIMESTAMP '…'.)"),
    Case("EXPLAIN", "1:8: expected a statement, found the end of the text"),
    Case(
      "CREATE CONSENT POLICY p ON t SUBJECT a",
      "1:39: expected GRANTED, found the end of the text"),
    Case(
      "CREATE TABLE t (CONSENT r BY (a) ON VIOLATION REJECT)",
      "1:47: expected FAIL or REMOVE, found 'REJECT'"),
  ]

  static let letters = [
    Case("SELECT 'abc", "1:8: the text that begins here has no end (Close it with a quote (').)"),
    Case(
      "SELECT \"abc",
      "1:8: the name that begins here has no end "
        + "(Close it with the quote that opens it.)"),
    Case("SELECT 1 /* x", "1:10: the comment that begins here has no end (Close it with */.)"),
    Case(
      "SELECT 1a",
      "1:8: '1a' is no number (A name that begins with a digit stands in double "
        + "quotes.)"),
    Case(
      "SELECT “a”",
      "1:8: the character '“' means nothing in SQL (Text stands in straight "
        + "single quotes, a name with other characters in double quotes.)"),
    Case(
      "SELECT a FROM t WHERE a = #",
      "1:27: the character '#' means nothing in SQL (Text stands "
        + "in straight single quotes, a name with other characters in double quotes.)"),
    Case("SELECT X'0g'", "1:8: 'X'0g'' holds something else than pairs of hexadecimal digits"),
    Case("SELECT \"\"", "1:8: a name is empty"),
  ]

  static let unsupported = [
    Case(
      "INSTALL httpfs",
      "1:1: INSTALL is not supported yet (Formats and functions are all built in.)"),
    Case(
      "INSERT OVERWRITE DIRECTORY '/tmp/x' SELECT 1",
      "1:18: INSERT OVERWRITE DIRECTORY is not supported yet "
        + "(COPY (SELECT …) TO 'file.parquet' writes a file.)"),
    Case(
      "UPDATE t SET a = u.a FROM u WHERE t.id = u.id",
      "1:22: UPDATE … FROM is not supported yet "
        + "(MERGE INTO t USING … ON … WHEN MATCHED THEN UPDATE SET … does it.)"),
    Case(
      "DELETE FROM t USING u WHERE t.id = u.id",
      "1:15: DELETE … USING is not supported yet "
        + "(WHERE … IN (SELECT …) or WHERE EXISTS (SELECT …) does it.)"),
    Case(
      "ALTER TABLE t ADD COLUMN a int FIRST",
      "1:32: FIRST and AFTER is not supported yet "
        + "(A new column stands behind the others; SELECT them in any order.)"),
    Case(
      "SELECT * FROM t TABLESAMPLE BERNOULLI (1)",
      "1:17: TABLESAMPLE is not supported yet (WHERE random() < 0.1 keeps about a tenth of the "
        + "rows.)"),
  ]

  @Test(arguments: misspelt + misplaced + letters + unsupported)
  func messagesTellPlaceAndRemedy(_ test: Case) throws {
    let error = #expect(throws: LakeError.self) { try SQLParser.parse(test.text) }
    let found = error.map { "\($0)" } ?? ""
    #expect(found.drop { $0 == ":" } == test.expected)
    #expect(error?.place?.line != nil)
  }

  @Test func unsupportedStatementsHaveTheirOwnCode() {
    let error = #expect(throws: LakeError.self) { try SQLParser.parse("INSTALL httpfs") }
    #expect(error?.code == .unsupported)
  }

  @Test func theFileIsPartOfThePlace() {
    let error = #expect(throws: LakeError.self) {
      try SQLParser.parse("SELECT 1;\n  SELECT", file: "a.sql")
    }
    #expect("\(error?.place?.description ?? "")" == "a.sql:2:9")
  }

  @Test(arguments: [("", "there is no statement"), ("SELECT 1; SELECT 2", "one statement")])
  func aSingleStatementIsAskedFor(text: String, beginning: String) {
    let error = #expect(throws: LakeError.self) { try SQLParser.parseStatement(text) }
    #expect(error?.message.hasPrefix(beginning) == true)
  }
}
