import Testing

@Suite("Arithmetic and functions of numbers")
struct NumberFunctionTests {
  @Test(
    arguments: [
      ("1 + 2", "3", "integer"), ("7 / 2", "3", "integer"), ("-7 / 2", "-3", "integer"),
      ("-7 % 3", "-1", "integer"), ("7 % -3", "1", "integer"), ("7 / 2e0", "3.5", "double"),
      ("1.5 + 2", "3.5", "decimal(12,1)"), ("1.5 * 1.5", "2.25", "decimal(4,2)"),
      ("1.0 / 3", "0.3", "decimal(2,1)"), ("2.00 / 3.0", "0.67", "decimal(4,2)"),
      ("10.5 % 3", "1.5", "decimal(3,1)"), ("-10.5 % 3", "-1.5", "decimal(3,1)"),
      ("CAST('1.23' AS decimal(3,2)) - CAST('0.003' AS decimal(3,3))", "1.227", "decimal(5,3)"),
      ("1 - NULL", "null", "integer"), ("-(-5)", "5", "integer"), ("1e0 / 0", "Infinity", "double"),
      ("0e0 / 0", "NaN", "double"), ("5.5e0 % 2", "1.5", "double"),
      (
        "CAST('99999999999999999999' AS decimal(20,0)) "
          + "* CAST('999999999999999999' AS decimal(18,0))",
        "99999999999999999899000000000000000001", "decimal(38,0)"
      ),
      (
        "CAST('1234567890123456789.12' AS decimal(21,2)) / CAST('0.0000000003' AS decimal(10,10))",
        "4115226300411522630400000000.0000000000", "decimal(38,10)"
      ), ("9223372036854775807 - 1", "9223372036854775806", "bigint"),
      ("CAST(-9223372036854775807 - 1 AS bigint) % -1", "0", "bigint"),
    ]) func signs(sql: String, expected: String, type: String) throws
  {
    #expect(try SQLValue.text(sql) == expected, "\(sql)")
    #expect(try SQLValue.type(sql) == type, "\(sql)")
  }

  @Test(
    arguments: [
      ("9223372036854775807 + 1", "bigint overflow: 9223372036854775807 + 1"),
      ("2147483647 + 1", "integer overflow: 2147483647 + 1"),
      ("-9223372036854775807 - 2", "bigint overflow"),
      ("4611686018427387904 * 2", "bigint overflow: 4611686018427387904 * 2"),
      ("CAST(100 AS tinyint) + CAST(100 AS tinyint)", "tinyint overflow: 100 + 100"),
      ("1 / 0", "division by zero: 1 / 0"), ("1 % 0", "division by zero: 1 % 0"),
      ("1.5 / 0", "division by zero: 1.5 / 0"), ("1.5 % 0.0", "division by zero"),
      ("(-9223372036854775807 - 1) / -1", "bigint overflow"),
      (
        "CAST('99999999999999999999999999999999999999' AS decimal(38,0)) + 1",
        "decimal(38,0) overflow"
      ),
      (
        "CAST('9999999999999999999' AS decimal(19,0)) "
          + "* CAST('99999999999999999999' AS decimal(20,0))",
        "overflow"
      ),
      ("abs(CAST(-128 AS tinyint))", "tinyint overflow: abs(-128)"),
      ("round(127, -1) + CAST(1 AS tinyint) * CAST(200 AS tinyint)", "cannot cast 200"),
      ("round(CAST(127 AS tinyint), -1)", "tinyint overflow"),
    ]) func whatDoesNotFitIsAnError(sql: String, expected: String)
  {
    let message = SQLValue.error(sql) ?? ""
    #expect(message.contains(expected), "\(sql): \(message)")
  }

  @Test(
    arguments: [
      ("abs(-5)", "5"), ("abs(-1.50)", "1.50"), ("abs(-0e0)", "0.0"), ("sign(-3)", "-1"),
      ("sign(2.50)", "1"), ("sign(-2e0)", "-1.0"), ("round(2.5e0)", "3.0"),
      ("round(-2.5e0)", "-3.0"),
      ("round(0.285e0, 2)", "0.29"), ("round(1234.567e0, -2)", "1200.0"),
      ("round(2.449e0, 1)", "2.4"),
      ("round(1e300, 2)", "1e300"), ("round(1.005e0, 2)", "1.01"), ("round(nan(), 2)", "NaN"),
      ("round(2.55)", "3"), ("round(2.55, 1)", "2.60"), ("round(99.99)", "100"),
      ("round(-2.5)", "-3"), ("round(1250, -2)", "1300"), ("round(5, 2)", "5"),
      ("ceil(1.1)", "2"), ("ceil(-1.1)", "-1"), ("ceiling(1.1e0)", "2.0"), ("floor(-1.1)", "-2"),
      ("floor(1.9e0)", "1.0"), ("floor(99.5)", "99"), ("truncate(-1.9e0)", "-1.0"),
      ("truncate(1.99)", "1"), ("truncate(123.456, 1)", "123.400"), ("truncate(1299, -2)", "1200"),
      ("truncate(2.999e0, 2)", "2.99"), ("sqrt(2.25e0)", "1.5"), ("sqrt(-1e0)", "NaN"),
      ("power(2, 10)", "1024.0"), ("pow(2e0, -1)", "0.5"), ("exp(0)", "1.0"), ("ln(e())", "1.0"),
      ("log10(1000)", "3.0"), ("log2(8)", "3.0"), ("log(2, 8)", "3.0"), ("mod(7, 4)", "3"),
      ("pi()", "3.141592653589793"), ("is_nan(nan())", "true"), ("is_nan(1e0)", "false"),
      ("is_finite(infinity())", "false"), ("is_infinite(-infinity())", "true"),
      ("greatest(1, 3, 2)", "3"), ("least(1.5, 2)", "1.5"), ("greatest('b', 'a')", "b"),
      ("greatest(1, NULL)", "null"), ("greatest(nan(), 1)", "NaN"), ("least(nan(), 1)", "1.0"),
      ("greatest(1, nan())", "NaN"), ("least(1, nan())", "1.0"), ("degrees(pi())", "180.0"),
      ("cbrt(8)", "2.0"), ("typeof(1.50)", "decimal(3,2)"), ("typeof(NULL)", "unknown"),
    ]) func functions(sql: String, expected: String) throws
  {
    #expect(try SQLValue.text(sql) == expected, "\(sql)")
  }
}
