import Testing

@Suite("Lambdas")
struct LambdaTests {
  @Test(
    arguments: [
      ("transform(ARRAY[1, NULL, 3], x -> x + 1)", "[2,null,4]"),
      ("transform(ARRAY['a', 'b'], (x, i) -> x || CAST(i AS varchar))", "[\"a0\",\"b1\"]"),
      ("transform(CAST(NULL AS array(bigint)), x -> x)", "null"),
      ("transform(ARRAY[], x -> 1)", "[]"),
      ("transform(ARRAY[1, 2], x -> transform(ARRAY[10, 20], y -> x * y))", "[[10,20],[20,40]]"),
      ("transform(ARRAY[1, 2], x -> transform(ARRAY[5], x -> x))", "[[5],[5]]"),
      ("transform(ARRAY[ROW(1, 'a')], r -> r.field1)", "[\"a\"]"),
      ("filter(ARRAY[1, NULL, 3], x -> x > 1)", "[3]"), ("filter(ARRAY[1], x -> NULL)", "[]"),
      ("any_match(ARRAY[1, 2], x -> x = 2)", "true"),
      ("any_match(ARRAY[1, NULL], x -> x = 2)", "null"),
      ("any_match(ARRAY[], x -> true)", "false"), ("all_match(ARRAY[], x -> false)", "true"),
      ("all_match(ARRAY[1, NULL], x -> x = 1)", "null"),
      ("none_match(ARRAY[1, 2], x -> x = 3)", "true"),
      ("none_match(ARRAY[1, 2], x -> x = 2)", "false"),
      ("reduce(ARRAY[1, 2, 3], 0, (s, x) -> s + x, s -> s * 2)", "12"),
      ("reduce(ARRAY[1, 2], 0, (s, x) -> s + x)", "3"),
      ("reduce(ARRAY[], 5, (s, x) -> s, s -> s)", "5"),
      ("reduce(ARRAY[1.5e0], 0, (s, x) -> s + x, s -> s)", "1.5"),
      ("reduce(ARRAY[1.5, 2.25], 0, (s, x) -> s + x)", "3.75"),
      ("reduce(CAST(NULL AS array(bigint)), 0, (s, x) -> s, s -> s)", "null"),
      ("reduce(ARRAY['a', 'b'], '', (s, x) -> s || x, s -> upper(s))", "AB"),
      ("zip_with(ARRAY[1, 2], ARRAY[10], (x, y) -> x + y)", "[11,null]"),
      ("map_filter(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), (k, v) -> v > 1)", "{\"b\":2}"),
      ("transform_values(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> v * 2)", "{\"a\":2}"),
      ("transform_keys(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> upper(k))", "{\"A\":1}"),
      ("TRY(transform(ARRAY[0], x -> 1 / x))", "null"),
      ("transform(ARRAY[0, 2], x -> CASE WHEN x = 0 THEN 0 ELSE 4 / x END)", "[0,2]"),
    ]) func giveWhatTrinoGives(sql: String, expected: String) throws
  {
    #expect(try SQLValue.text(sql) == expected, "\(sql)")
  }

  @Test(
    arguments: [
      ("transform(ARRAY[1, 0], x -> 1 / x)", "division by zero: 1 / 0"),
      ("reduce(ARRAY[1, 0], 1, (s, x) -> s / x, s -> s)", "division by zero"),
      ("reduce(ARRAY[1], 0, (s, x) -> s, s -> 1 / s)", "division by zero"),
      ("transform(ARRAY[1], (a, b, c) -> a)", "is not how transform is called"),
      ("transform(ARRAY[1], (a, A) -> a)", "two parameters have the name"),
      ("transform(1, x -> x)", "is not how transform is called"),
      ("filter(ARRAY[1], x -> x + 1)", "is not how filter is called"),
      ("transform(ARRAY[1], x -> y)", "there is no column 'y'"),
      ("transform(ARRAY[1], x -> (SELECT 1))", "a subquery inside of a lambda"),
      ("transform(ARRAY[1], x -> sum(x))", "inside of a lambda"),
      ("lower(x -> x)", "takes no lambda"),
      ("transform_keys(MAP(ARRAY[1, 2], ARRAY[1, 2]), (k, v) -> 1)", "the keys of a map"),
    ]) func sayWhatIsWrong(sql: String, expected: String)
  {
    let message = SQLValue.error(sql) ?? ""
    #expect(message.contains(expected), "\(sql): \(message)")
  }
}
