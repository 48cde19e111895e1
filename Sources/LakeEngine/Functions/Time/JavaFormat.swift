import LakeCore

/// Formats in the letters of Java, which Joda and Spark use: `yyyy-MM-dd HH:mm:ss.SSS`, text in
/// single quotes. They become those of `TimeFormat`.
enum JavaFormat {
  static let hint = "Formats are Java's: yyyy-MM-dd HH:mm:ss.SSS, MMM for Jan, EEEE for Monday"

  static func parsed(_ view: StringView) -> TimeFormat? {
    let text = view.withBytes { Array($0) }
    var pieces: [TimeFormat.Piece] = []
    var place = 0
    while place < text.count {
      let byte = text[place]
      if byte == UInt8(ascii: "'") {
        guard let end = quoted(text, place, &pieces) else { return nil }
        place = end
        continue
      }
      guard (byte | 0x20) &- UInt8(ascii: "a") < 26 else {
        pieces.append(.literal(byte))
        place += 1
        continue
      }
      var end = place
      while end < text.count, text[end] == byte { end += 1 }
      guard let field = field(byte, end - place) else { return nil }
      pieces.append(.field(field))
      place = end
    }
    return TimeFormat(pieces: pieces)
  }

  /// Two quotes, inside of others or alone, are one.
  private static func quoted(
    _ text: [UInt8], _ start: Int, _ pieces: inout [TimeFormat.Piece]
  ) -> Int? {
    var place = start + 1
    if place < text.count, text[place] == UInt8(ascii: "'") {
      pieces.append(.literal(UInt8(ascii: "'")))
      return place + 1
    }
    while place < text.count {
      if text[place] == UInt8(ascii: "'") {
        guard place + 1 < text.count, text[place + 1] == UInt8(ascii: "'") else { return place + 1 }
        place += 1
      }
      pieces.append(.literal(text[place]))
      place += 1
    }
    return nil
  }

  /// The letter of `TimeFormat` for so many of a letter.
  private static func field(_ letter: UInt8, _ count: Int) -> UInt8? {
    let name: Unicode.Scalar?
    switch (Unicode.Scalar(letter), count) {
    case ("y", 2), ("u", 2), ("Y", 2): name = "y"
    case ("y", _), ("u", _), ("Y", _): name = "Y"
    case ("M", 1), ("L", 1): name = "c"
    case ("M", 2), ("L", 2): name = "m"
    case ("M", 3), ("L", 3): name = "b"
    case ("M", _), ("L", _): name = "M"
    case ("d", 1): name = "e"
    case ("d", _): name = "d"
    case ("D", _): name = "j"
    case ("H", 1): name = "k"
    case ("H", _): name = "H"
    case ("h", 1), ("K", 1): name = "l"
    case ("h", _), ("K", _): name = "h"
    case ("m", 1...2): name = "i"
    case ("s", 1...2): name = "s"
    case ("S", 1...3): name = "L"
    case ("S", _): name = "f"
    case ("a", _): name = "p"
    case ("E", 1...3): name = "a"
    case ("E", _): name = "W"
    case ("w", _): name = "v"
    case ("x", 4): name = "x"
    case ("Z", _), ("X", _), ("x", _), ("z", _): name = "Z"
    default: name = nil
    }
    return name.map { UInt8($0.value) }
  }

  static func dates(_ call: FunctionCall) throws -> CheckedVector {
    let (texts, formats) = (try call.strings(0), try JavaFormats(call))
    return try call.checked(Int32.self, error: failure(call)) { row in
      formats.moment(texts[row], row).flatMap { Int32(exactly: Calendar.day(of: $0)) }
    }
  }

  static func moments(_ call: FunctionCall) throws -> CheckedVector {
    let (texts, formats) = (try call.strings(0), try JavaFormats(call))
    return try call.checked(Int64.self, error: failure(call)) { row in
      formats.moment(texts[row], row)
    }
  }

  static func failure(_ call: FunctionCall) -> @Sendable (Int) -> LakeError {
    call.failure("the text is not of the format", hint: hint)
  }
}

/// The formats of a call by row, as its second argument.
final class JavaFormats {
  private let formats: Input<StringView>
  private var last: (view: StringView, format: TimeFormat?)?

  init(_ call: FunctionCall) throws { formats = try call.strings(1) }

  /// The moment that a text names by the format of its row.
  func moment(_ text: StringView, _ row: Int) -> Int64? {
    format(row).flatMap { format in text.withBytes { format.read(ByteRun($0)) } }
  }

  func format(_ row: Int) -> TimeFormat? {
    let view = formats[row]
    if let last, formats.isConstant || last.view == view { return last.format }
    let format = JavaFormat.parsed(view)
    last = (view, format)
    return format
  }
}

extension ScalarFunctions {
  static let javaFormats: [FunctionDefinition] = [
    FunctionDefinition(
      "format_datetime", description: "A moment as text by a format such as 'yyyy-MM-dd HH:mm:ss'",
      overloads: dateTypes.map { type in
        Overload([type, .varchar], .varchar) { call in
          let (moments, formats) = (try MomentInput(call, 0), try JavaFormats(call))
          let error = call.failure("the format is none", hint: JavaFormat.hint)
          return try call.texts(error: error) { row, out in
            guard let format = formats.format(row) else { return .failed }
            format.write(day: moments.day(row), clock: moments.clock(row), to: &out)
            return .text
          }
        }
      }),
    FunctionDefinition(
      "parse_datetime",
      description: "The moment that a text names by a format such as 'yyyy-MM-dd'",
      overloads: [Overload([.varchar, .varchar], .timestamp) { try JavaFormat.moments($0) }]),
    FunctionDefinition(
      "unix_timestamp",
      description: "The whole seconds since 1970 of a moment, or of a text by a format",
      overloads: [
        Overload([.timestamp], .bigint) { call in
          let moments = try call.input(0, as: Int64.self)
          return try call.values(Int64.self) { moments[$0].flooredQuotient(by: 1_000_000) }
        },
        Overload([.varchar, .varchar], .bigint) { call in
          let (texts, formats) = (try call.strings(0), try JavaFormats(call))
          return try call.checked(Int64.self, error: JavaFormat.failure(call)) { row in
            formats.moment(texts[row], row)?.flooredQuotient(by: 1_000_000)
          }
        },
      ]),
  ]
}
