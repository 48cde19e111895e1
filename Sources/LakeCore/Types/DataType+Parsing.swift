extension DataType {
  /// The deepest nesting of types that is read.
  public static var nestingMax: Int { 64 }

  /// Reads a type as Trino, Hive or Spark spell it, in any case and with blanks between words:
  /// `bigint`, `decimal(10,2)`, `row(a bigint, "b c" varchar)`, `array<struct<a:int>>`,
  /// `timestamp(3) with time zone`.
  ///
  /// - Lengths of text and precisions of time are read and let go: text has no length, time is in
  ///   microseconds.
  /// - `timestamp` is a moment, with or without `with time zone`; `timestamp without time zone`,
  ///   `timestamp_ntz` and `datetime` are local.
  /// - `float` is a `real`, as in Hive and Spark. A bare `decimal` is `decimal(38,0)`, as in Trino.
  /// - Members of a row may be followed by `NOT NULL` and by a `COMMENT`, which is let go.
  ///
  /// An error tells the place in the text and, for a word that is nearly one of ours, what may have
  /// been meant.
  public init(parsing text: String) throws(LakeError) {
    var parser = TypeParser(text)
    self = try parser.parseWhole()
  }
}
