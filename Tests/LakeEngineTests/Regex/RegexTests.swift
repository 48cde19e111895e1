import LakeCore
import Testing

/// Regular expressions by way of the functions that use them.
@Suite("Regular expressions")
struct RegexTests {
  /// pattern, text, all matches
  @Test(
    arguments: [
      ("a", "banana", "[\"a\",\"a\",\"a\"]"), ("an", "banana", "[\"an\",\"an\"]"),
      ("a*", "baaac", "[\"\",\"aaa\",\"\",\"\"]"), ("a+?", "aaa", "[\"a\",\"a\",\"a\"]"),
      ("a??", "aa", "[\"\",\"\",\"\"]"), ("x{2}", "xxxxx", "[\"xx\",\"xx\"]"),
      ("x{2,}", "xxxxx", "[\"xxxxx\"]"), ("x{1,3}", "xxxxx", "[\"xxx\",\"xx\"]"),
      ("x{1,3}?", "xxx", "[\"x\",\"x\",\"x\"]"), ("x{,3}", "x{,3}", "[\"x{,3}\"]"),
      ("sam|samwise", "samwise", "[\"sam\"]"), ("samwise|sam", "samwise", "[\"samwise\"]"),
      ("(?:a|ab)(?:c|bcd)", "abcd", "[\"abcd\"]"), ("[a-c]+", "xabcdx", "[\"abc\"]"),
      ("[^a-c]+", "abxyc", "[\"xy\"]"), ("[]a]+", "]a[", "[\"]a\"]"), ("[a\\]]+", "a]", "[\"a]\"]"),
      ("[a-]+", "a-b", "[\"a-\"]"), ("[a-z&&[^aeiou]]+", "hello", "[\"h\",\"ll\"]"),
      ("[a[0-9]]+", "a1b2", "[\"a1\",\"2\"]"), ("[[:digit:]]+", "a12", "[\"12\"]"),
      ("[[:^digit:]]+", "a12", "[\"a\"]"), ("\\d+", "a1b22", "[\"1\",\"22\"]"),
      ("\\D+", "a1b", "[\"a\",\"b\"]"), ("\\w+", "a_1 é", "[\"a_1\"]"),
      ("\\s+", "a \t\n b", "[\" \\t\\n \"]"),
      ("\\S+", "a b", "[\"a\",\"b\"]"), (".", "aé日😀", "[\"a\",\"é\",\"日\",\"😀\"]"),
      ("a.b", "a\nb", "[]"), ("(?s)a.b", "a\nb", "[\"a\\nb\"]"), ("[é-ü]+", "aéöüz", "[\"éöü\"]"),
      ("[^é]", "éa", "[\"a\"]"), ("\\x41\\u0042\\x{43}\\0104", "ABCD", "[\"ABCD\"]"),
      ("\\Qa.b\\E+", "a.bbb a+b", "[\"a.bbb\"]"), ("^a", "aa", "[\"a\"]"), ("a$", "aa", "[\"a\"]"),
      ("^", "ab", "[\"\"]"), ("$", "ab", "[\"\"]"), ("(?m)^.", "ab\ncd", "[\"a\",\"c\"]"),
      ("(?m).$", "ab\ncd", "[\"b\",\"d\"]"), ("\\Aa|\\Bb\\z", "aab", "[\"a\",\"b\"]"),
      ("\\b\\w", "ab cd", "[\"a\",\"c\"]"), ("\\w\\b", "ab cd", "[\"b\",\"d\"]"),
      ("\\B", "ab", "[\"\"]"), ("\\bfoo\\b", "foo food foo", "[\"foo\",\"foo\"]"),
      ("(?i)straße", "STRAßE", "[\"STRAßE\"]"), ("(?i)É", "é", "[\"é\"]"),
      ("(?i)[a-c]+", "AbC", "[\"AbC\"]"),
      ("(?i)[^a]", "aAb", "[\"b\"]"), ("a(?i)b", "aB AB", "[\"aB\"]"),
      ("a(?i:b)c", "aBc aBC", "[\"aBc\"]"),
      ("(?x) a b # c\n c", "abc", "[\"abc\"]"), ("\\p{L}+", "aé日1", "[\"aé日\"]"),
      ("\\p{Lu}", "aÉA", "[\"É\",\"A\"]"), ("\\P{L}+", "a12b", "[\"12\"]"),
      ("\\pN+", "a12", "[\"12\"]"),
      ("\\p{Punct}", "a.b", "[\".\"]"), ("\\p{IsAlphabetic}", "1a", "[\"a\"]"),
      ("\\.", "a.b", "[\".\"]"),
      ("", "ab", "[\"\",\"\",\"\"]"), ("(?:)", "", "[\"\"]"), ("a|", "ba", "[\"\",\"a\",\"\"]"),
      ("(?:a*)*", "aa", "[\"aa\",\"\"]"), ("(?:a|b)*abb", "ababbabb", "[\"ababbabb\"]"),
      ("[\u{1F600}-\u{1F64F}]", "x😀", "[\"😀\"]"), ("{", "a{", "[\"{\"]"),
      ("a{x", "a{x", "[\"a{x\"]"),
      ("\\d{3}-\\d{4}", "call 555-1234 now", "[\"555-1234\"]"),
      ("[\\w.+-]+@[\\w-]+\\.[\\w.]+", "to a.b@c.org, d@e.net", "[\"a.b@c.org\",\"d@e.net\"]"),
    ]) func findsAllMatches(pattern: String, text: String, expected: String) throws
  {
    let sql = "regexp_extract_all(\(quoted(text)), \(quoted(pattern)))"
    #expect(try SQLValue.text(sql) == expected, "\(pattern) in \(text)")
    let count = "regexp_count(\(quoted(text)), \(quoted(pattern)))"
    let listed = try SQLValue.text("cardinality(\(sql))")
    #expect(try SQLValue.text(count) == listed)
    let like = "regexp_like(\(quoted(text)), \(quoted(pattern)))"
    #expect(try SQLValue.text(like) == "\(expected != "[]")")
  }

  /// pattern, text, groups of the first match
  @Test(
    arguments: [
      ("(a)(b)?", "ac", ["a", "a", "null"]),
      ("(a|ab)(c|bcd)(d*)", "abcd", ["abcd", "a", "bcd", ""]),
      ("(\\w+)@(\\w+)", "me@here", ["me@here", "me", "here"]),
      ("(a*)(a*)", "aaa", ["aaa", "aaa", ""]),
      ("(a*?)(a*)", "aaa", ["aaa", "", "aaa"]), ("((a)|b)+", "ab", ["ab", "b", "a"]),
      ("(?<year>\\d{4})-(?P<m>\\d\\d)", "on 2024-05", ["2024-05", "2024", "05"]),
      ("(x)?(y)?z", "z", ["z", "null", "null"]), ("^(.*?),(.*)$", "a,b,c", ["a,b,c", "a", "b,c"]),
      ("(\\b)a(\\b)", "a", ["a", "", ""]), ("(é)(日)", "xé日", ["é日", "é", "日"]),
    ]) func findsGroups(pattern: String, text: String, expected: [String]) throws
  {
    for (number, group) in expected.enumerated() {
      let sql = "regexp_extract(\(quoted(text)), \(quoted(pattern)), \(number))"
      #expect(try SQLValue.text(sql) == group, "\(pattern) in \(text), group \(number)")
    }
  }

  @Test(
    arguments: [
      ("regexp_replace('1a 2b', '(\\d)([a-z])', '$2$1')", "a1 b2"),
      ("regexp_replace('aaa', 'a')", ""), ("regexp_replace('abc', 'b', '\\$\\\\')", "a$\\c"),
      ("regexp_replace('abc', '(?<x>b)', '[${x}]')", "a[b]c"),
      ("regexp_replace('abc', '', '-')", "-a-b-c-"),
      ("regexp_replace('abc', '(b)', '$12')", "ab2c"), ("regexp_replace('abc', 'x', 'y')", "abc"),
      ("regexp_replace('héé', 'é', '日')", "h日日"), ("regexp_replace(NULL, 'x', 'y')", "null"),
      ("regexp_split('a1b22c', '\\d+')", "[\"a\",\"b\",\"c\"]"),
      ("regexp_split('abc', 'x')", "[\"abc\"]"),
      ("regexp_split('1a1', '1')", "[\"\",\"a\",\"\"]"), ("regexp_position('日本23', '\\d')", "3"),
      ("regexp_position('a1b2', '\\d', 3)", "4"), ("regexp_position('a1b2', '\\d', 1, 2)", "4"),
      ("regexp_position('ab', '\\d')", "-1"), ("regexp_position('ab', 'b', 9)", "-1"),
      ("'abc' RLIKE 'b' AND 'abc' NOT REGEXP 'd'", "true"), ("regexp_extract('abc', 'x')", "null"),
    ]) func replacesSplitsAndFinds(sql: String, expected: String) throws
  {
    #expect(try SQLValue.text(sql) == expected, "\(sql)")
  }

  @Test(
    arguments: [
      ("(a", "a '(' has no ')'"), ("a)", "')' has no '('"), ("[a", "a '[' has no ']'"),
      ("*a", "nothing that '*'"),
      ("a**", ""), ("(?=a)", "look-ahead"), ("(?!a)", "negative look-ahead"),
      ("(?<=a)b", "look-behind"),
      ("(?<!a)b", "negative look-behind"), ("(?>a)", "atomic"), ("(a)\\1", "references to groups"),
      ("(?<a>b)\\k<a>", "references to groups"), ("a*+", "possessive"),
      ("\\", "ends behind a '\\'"),
      ("\\y", "no escape"), ("\\p{Foo}", "no class of characters"),
      ("[b-a]", "range is turned round"),
      ("a{3,2}", "bounds of a repetition"), ("a{2000}", "more than 1000 times"),
      ("(?q)", "no flag 'q'"),
      ("((a{1000}){1000}){1000}", "too large"), ("(?<a>x)(?<a>y)", "two groups"),
      ("\\x{110000}", "no number"),
    ]) func refusesWhatIsNoPattern(pattern: String, expected: String)
  {
    if expected.isEmpty { return }
    let message = SQLValue.error("regexp_like('a', \(quoted(pattern)))") ?? ""
    #expect(message.contains(expected), "\(pattern): \(message)")
  }

  @Test func nestingIsCapped() {
    let deep = String(repeating: "(", count: 5000) + String(repeating: ")", count: 5000)
    #expect(SQLValue.error("regexp_like('a', '\(deep)')")?.contains("nests more than") == true)
    let classes = String(repeating: "[", count: 5000)
    #expect(SQLValue.error("regexp_like('a', '\(classes)')")?.contains("nests more than") == true)
  }

  @Test(
    arguments: ["(a*)*b", "(a|a)*b", "(a|aa)+$b", "(.*)(.*)(.*)x", "(?:a?){50}b", "((a+)+)+b"])
  func noPatternTakesLong(pattern: String) throws {
    let text = "rpad('', 100000, 'a') || 'c'"
    let began = ContinuousClock.now
    #expect(try SQLValue.text("regexp_like(\(text), \(quoted(pattern)))") == "false")
    let taken = ContinuousClock.now - began
    #expect(taken < .seconds(5))
  }

  private func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "''") + "'"
  }
}
