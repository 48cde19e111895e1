import Testing

@Suite("Functions of text")
struct StringFunctionTests {
  @Test(
    arguments: [
      ("lower('ÄBC É')", "äbc é"), ("upper('straße')", "STRAßE"), ("upper('abcxyz{')", "ABCXYZ{"),
      ("lower('[AZ@')", "[az@"), ("trim('  a b \t')", "a b"), ("ltrim('  a ')", "a "),
      ("rtrim(' a  ')", " a"), ("trim('xxaxx', 'x')", "a"), ("trim('éaé', 'é')", "a"),
      ("trim('   ')", ""), ("reverse('aé日')", "日éa"), ("reverse('')", ""),
      ("lpad('abc', 5, 'xy')", "xyabc"), ("lpad('abc', 6, 'xy')", "xyxabc"),
      ("rpad('abc', 6, 'é')", "abcééé"), ("lpad('abcdef', 3, 'x')", "abc"),
      ("lpad('a', 3)", "  a"), ("repeat('ab', 3)", "ababab"), ("repeat('ab', 0)", ""),
      ("repeat('ab', -1)", ""), ("lower(NULL)", "null"),
    ]) func textBecomesOtherText(sql: String, expected: String) throws
  {
    #expect(try SQLValue.text(sql) == expected, "\(sql)")
  }

  @Test(
    arguments: [
      ("length('日本語')", "3"), ("length('')", "0"), ("length(to_utf8('é'))", "2"),
      ("substr('hello', 2)", "ello"), ("substr('hello', 2, 3)", "ell"),
      ("substr('hello', -3)", "llo"), ("substr('hello', -3, 2)", "ll"),
      ("substr('hello', 0)", ""), ("substr('hello', 0, 1)", ""), ("substr('hello', -6)", ""),
      ("substr('hello', 6)", ""), ("substr('hello', 5)", "o"), ("substr('hello', 2, 0)", ""),
      ("substr('hello', 2, -1)", ""), ("substr('hello', 2, 100)", "ello"),
      ("substr('日本語', 2, 1)", "本"), ("substr('日本語', -1)", "語"),
      ("substr('a text that no view can hold at all', 3, 20)", "text that no view ca"),
      ("left('日本語', 2)", "日本"), ("right('日本語', 2)", "本語"), ("right('ab', 5)", "ab"),
      ("strpos('日本語本', '本')", "2"), ("strpos('abc', 'x')", "0"), ("strpos('abc', '')", "1"),
      ("strpos('aab', 'ab')", "2"), ("starts_with('abc', 'ab')", "true"),
      ("starts_with('abc', '')", "true"), ("starts_with('a', 'ab')", "false"),
      ("ends_with('abc', 'bc')", "true"), ("ends_with('bc', 'abc')", "false"),
      ("contains('abc', 'b')", "true"), ("contains('abc', 'd')", "false"),
      ("split_part('a,b,c', ',', 2)", "b"), ("split_part('a,b,c', ',', 4)", "null"),
      ("split_part('a,,c', ',', 2)", ""), ("split_part('abc', ',', 1)", "abc"),
      ("split('a.b.c', '.')", "[\"a\",\"b\",\"c\"]"), ("split('a.b.c', '.', 2)", "[\"a\",\"b.c\"]"),
      ("split('', ',')", "[\"\"]"), ("split('abc', 'abc')", "[\"\",\"\"]"),
    ]) func lengthsPlacesAndPieces(sql: String, expected: String) throws
  {
    #expect(try SQLValue.text(sql) == expected, "\(sql)")
  }

  @Test(
    arguments: [
      ("'a' || 'b' || 'c'", "abc"), ("'a' || NULL", "null"), ("concat('a', 'b', 'c')", "abc"),
      ("concat_ws(',', 'a', NULL, 'b')", "a,b"), ("concat_ws(',', NULL, NULL)", ""),
      ("concat_ws(NULL, 'a', 'b')", "null"), ("concat_ws('-', ARRAY['a', NULL, 'c'])", "a-c"),
      ("replace('abcabc', 'b', 'xx')", "axxcaxxc"), ("replace('abc', 'b')", "ac"),
      ("replace('aaa', 'aa', 'b')", "ba"), ("replace('ab', '', 'x')", "xaxbx"),
      ("replace('', '', 'x')", "x"), ("translate('abcd', 'acd', '12')", "1b2"),
      ("to_hex(to_utf8('Aé'))", "41C3A9"), ("from_utf8(from_hex('41c3A9'))", "Aé"),
      ("from_utf8(from_hex('41FF'))", "A\u{FFFD}"), ("length(from_hex(''))", "0"),
      (
        "to_hex(sha256(to_utf8('abc')))",
        "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"
      ),
      (
        "to_hex(sha256(''))", "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"
      ),
      (
        "to_hex(sha256('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'))",
        "248D6A61D20638B8E5C026930C3E6039A33CE45964FF2167F6ECEDD419DB06C1"
      ),
      ("to_hex(md5(to_utf8('abc')))", "900150983CD24FB0D6963F7D28E17F72"),
      ("to_hex(md5(''))", "D41D8CD98F00B204E9800998ECF8427E"),
      (
        "to_hex(md5('1234567890123456789012345678901234567890"
          + "1234567890123456789012345678901234567890'))",
        "57EDF4A22BE3C955AC49DA2E2107B67A"
      ),
      ("to_hex(xxhash64(to_utf8('hashme')))", "F9D96E0E1165E892"),
    ]) func textsPutTogetherAndDigests(sql: String, expected: String) throws
  {
    #expect(try SQLValue.text(sql) == expected, "\(sql)")
  }

  @Test(
    arguments: [
      ("split_part('a', ',', 0)", "the number of a piece is 1 or more"),
      ("split('a', '')", "the delimiter must not be empty"),
      ("lpad('a', 3, '')", "the filling not empty"), ("lpad('a', -1, 'x')", "the size must be"),
      ("repeat('0123456789', 10000000)", "more than 16 MB"),
      ("rpad('a', 100000000, 'x')", "the size must be"),
      ("from_hex('abc')", "not pairs of hexadecimal digits"), ("from_hex('zz')", "'zz'"),
    ]) func whatHasNoAnswerIsAnError(sql: String, expected: String)
  {
    let message = SQLValue.error(sql) ?? ""
    #expect(message.contains(expected), "\(sql): \(message)")
  }

  @Test(
    arguments: [
      ("'abc' LIKE 'abc'", true), ("'abc' LIKE 'ab'", false), ("'abc' LIKE 'a%'", true),
      ("'abc' LIKE '%c'", true), ("'abc' LIKE '%b%'", true), ("'abc' LIKE '%d%'", false),
      ("'' LIKE ''", true), ("'' LIKE '%'", true), ("'a' LIKE ''", false), ("'a' LIKE '_'", true),
      ("'é' LIKE '_'", true), ("'日本' LIKE '_'", false), ("'日本' LIKE '__'", true),
      ("'日本' LIKE '_本'", true), ("'😀b' LIKE '_b'", true), ("'abcbc' LIKE 'a%bc'", true),
      ("'abc' LIKE 'a%bc%c'", false), ("'aXbYc' LIKE 'a_b_c'", true), ("'ab' LIKE 'a%%%b'", true),
      ("'ab' LIKE '%a%b%'", true), ("'ba' LIKE '%a%b%'", false), ("'aab' LIKE '%_b'", true),
      ("'b' LIKE '%_b'", false), ("'a%b' LIKE 'a\\%b' ESCAPE '\\'", true),
      ("'axb' LIKE 'a\\%b' ESCAPE '\\'", false), ("'a_b' LIKE '%#_%' ESCAPE '#'", true),
      ("'a#b' LIKE 'a##b' ESCAPE '#'", true), ("'a\nb' LIKE 'a%b'", true), ("'A' LIKE 'a'", false),
      ("'aba' LIKE 'ab%ba'", false), ("'abba' LIKE 'ab%ba'", true),
      ("'abcabd' LIKE '%ab_'", true), ("'xaybzc' LIKE '%a_b_c'", true),
    ]) func likeMatchesWholeTexts(sql: String, expected: Bool) throws
  {
    #expect(try SQLValue.text(sql) == "\(expected)", "\(sql)")
  }

  @Test(
    arguments: [
      "'a' LIKE 'a\\' ESCAPE '\\'", "'a' LIKE '\\a' ESCAPE '\\'", "'a' LIKE 'a' ESCAPE 'ab'",
      "'a' LIKE 'a' ESCAPE ''",
    ]) func likeRefusesWrongEscapes(sql: String)
  {
    #expect(SQLValue.error(sql)?.contains("escape") == true, "\(sql)")
  }
}
