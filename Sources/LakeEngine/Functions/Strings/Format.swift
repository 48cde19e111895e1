import LakeCore

/// `format`: a text with values in it, as Java's Formatter writes them.
///
///     %s   any value      %d %,d %05d   integers      %.2f %,.1f %e   numbers
///     %x %X   hexadecimal      %b   booleans      %c   a character      %%   %n
///
/// `%-8s` fills up on the right, `%8s` on the left, `%2$s` means the second value.
extension ScalarFunctions {
  static let formatting: [FunctionDefinition] = [
    FunctionDefinition(
      names: ["format", "printf", "format_string"], signatures: ["format(varchar, x, …) → varchar"],
      description: "A text with values in the places of %s, %d, %.2f and the like"
    ) { arguments in
      guard let first = arguments.first, TypeCoercion.canCoerce(first, to: .varchar),
        arguments.dropFirst().allSatisfy({ $0 == .unseen || $0.canCast(to: .varchar) })
      else { return nil }
      let types = Array(arguments.dropFirst())
      let function = ScalarFunction.lenient("format", .varchar) { try format($0, types) }
      return .init(
        function: function, parameters: arguments.map { _ in .varchar }, result: .varchar)
    },
    FunctionDefinition(
      "format_number", description: "A number with commas and a number of digits behind the point",
      overloads: [
        Overload([.double, .bigint], .varchar) { call in
          let (numbers, digits) = (
            try call.input(0, as: Double.self), try call.input(1, as: Int64.self)
          )
          let error = call.failure("the digits are 0 to 30, and the number is finite")
          return try call.texts(error: error) { row, out in
            guard (0...30).contains(digits[row]), let number = NumberDigits("\(numbers[row])")
            else { return .failed }
            out.append(number.fixed(Int(digits[row]), grouped: true))
            return .text
          }
        }
      ]),
  ]

  private static func format(_ call: FunctionCall, _ types: [DataType]) throws -> CheckedVector {
    let formats = try call.strings(0)
    let values = try call.arguments.indices.dropFirst().map { try call.strings($0) }
    let error = call.failure(
      "the format does not fit its values",
      hint: "%s takes any value, %d integers, %.2f numbers; '%%' is a '%'.")
    var known: (view: StringView, pieces: [FormatPiece]?)?
    return try call.alone(0).texts(error: error) { row, out in
      let view = formats[row]
      if known.map({ $0.view != view }) ?? true { known = (view, FormatPiece.parsed(view.text)) }
      guard let pieces = known?.pieces else { return .failed }
      for piece in pieces {
        switch piece {
        case .text(let text): out.append(text)
        case .value(let index, let specifier):
          guard index < values.count else { return .failed }
          let text = values[index].isNull(row) ? nil : values[index][row].text
          guard let shown = specifier.text(of: text, types[index]) else { return .failed }
          out.append(shown)
        }
      }
      return .text
    }
  }
}

extension StringView {
  static func != (a: StringView, b: StringView) -> Bool { !(a == b) }
}

enum FormatPiece {
  case text(String)
  case value(Int, FormatSpecifier)

  /// Nil where the text is no format.
  static func parsed(_ text: String) -> [FormatPiece]? {
    var pieces: [FormatPiece] = []
    var (literal, next) = ("", 0)
    var rest = Substring(text)
    while let character = rest.popFirst() {
      guard character == "%" else {
        literal.append(character)
        continue
      }
      guard let (specifier, index) = FormatSpecifier.parsed(&rest) else { return nil }
      if specifier.kind == "%" || specifier.kind == "n" {
        literal.append(specifier.kind == "n" ? "\n" : "%")
        continue
      }
      if !literal.isEmpty { pieces.append(.text(literal)) }
      literal = ""
      pieces.append(.value(index ?? next, specifier))
      if index == nil { next += 1 }
    }
    if !literal.isEmpty { pieces.append(.text(literal)) }
    return pieces
  }
}

struct FormatSpecifier {
  var flags: Set<Character> = []
  var width = 0
  var precision: Int?
  var kind: Character = "s"

  /// From behind the per cent sign on.
  static func parsed(_ rest: inout Substring) -> (specifier: FormatSpecifier, index: Int?)? {
    var (specifier, index): (FormatSpecifier, Int?) = (FormatSpecifier(), nil)
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    if !digits.isEmpty, rest.dropFirst(digits.count).first == "$" {
      guard let number = Int(digits), number > 0 else { return nil }
      index = number - 1
      rest = rest.dropFirst(digits.count + 1)
    }
    while let flag = rest.first, "-+ 0,(#".contains(flag) {
      specifier.flags.insert(flag)
      rest.removeFirst()
    }
    let width = rest.prefix { $0.isASCII && $0.isNumber }
    rest = rest.dropFirst(width.count)
    if !width.isEmpty {
      guard let number = Int(width), number <= 10_000 else { return nil }
      specifier.width = number
    }
    if rest.first == "." {
      rest.removeFirst()
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      guard let number = Int(digits), number <= 1000 else { return nil }
      specifier.precision = number
    }
    guard let kind = rest.popFirst(), "sSdfFeExXbBcn%".contains(kind) else { return nil }
    specifier.kind = kind
    return (specifier, index)
  }

  /// Nil where the value is none for this.
  func text(of value: String?, _ type: DataType) -> String? {
    guard let value else { return padded("null", isNumber: false) }
    switch kind {
    case "s": return padded(cut(value), isNumber: false)
    case "S": return padded(cut(value).uppercased(), isNumber: false)
    case "b", "B":
      let truth = type == .boolean ? value : "true"
      return padded(kind == "B" ? truth.uppercased() : truth, isNumber: false)
    case "c": return value.unicodeScalars.count == 1 ? padded(value, isNumber: false) : nil
    case "d":
      guard type.isInteger, let digits = NumberDigits(value) else { return nil }
      return padded(signed(digits.fixed(0, grouped: flags.contains(","))), isNumber: true)
    case "x", "X":
      guard type.isInteger, let number = Int64(value) else { return nil }
      let bits =
        type == .bigint
        ? UInt64(bitPattern: number)
        : UInt64(truncatingIfNeeded: UInt32(truncatingIfNeeded: number))
      return padded(String(bits, radix: 16, uppercase: kind == "X"), isNumber: true)
    case "f", "F":
      guard type.isNumber else { return nil }
      guard let digits = NumberDigits(value) else { return padded(value, isNumber: false) }
      let fixed = digits.fixed(precision ?? 6, grouped: flags.contains(","))
      return padded(signed(fixed), isNumber: true)
    default:
      guard type.isNumber else { return nil }
      guard let digits = NumberDigits(value) else { return padded(value, isNumber: false) }
      let text = digits.scientific(precision ?? 6)
      return padded(signed(kind == "E" ? text.uppercased() : text), isNumber: true)
    }
  }

  private func cut(_ text: String) -> String {
    precision.map { String(text.prefix($0)) } ?? text
  }

  private func signed(_ text: String) -> String {
    if text.hasPrefix("-") {
      return flags.contains("(") ? "(\(text.dropFirst()))" : text
    }
    return flags.contains("+") ? "+" + text : flags.contains(" ") ? " " + text : text
  }

  private func padded(_ text: String, isNumber: Bool) -> String {
    let missing = width - text.unicodeScalars.count
    if missing <= 0 { return text }
    if flags.contains("-") { return text + String(repeating: " ", count: missing) }
    guard isNumber, flags.contains("0") else {
      return String(repeating: " ", count: missing) + text
    }
    let hasSign = text.first.map { "+- ".contains($0) } ?? false
    let zeros = String(repeating: "0", count: missing)
    return hasSign ? String(text.prefix(1)) + zeros + text.dropFirst() : zeros + text
  }
}

/// The decimal digits of a number, to be rounded and written out.
struct NumberDigits {
  private let isNegative: Bool
  private var digits: [UInt8]
  /// How many digits stand before the point; less than 0 for zeros behind it.
  private var point: Int

  /// Of a number as text, with or without an exponent; nil for NaN and infinity.
  init?(_ text: String) {
    var bytes = Array(text.utf8)[...]
    isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative { bytes = bytes.dropFirst() }
    var (digits, point): ([UInt8], Int?) = ([], nil)
    var exponent = 0
    while let byte = bytes.popFirst() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "."): point = digits.count
      case UInt8(ascii: "e"), UInt8(ascii: "E"):
        guard let value = Int(String(decoding: bytes, as: UTF8.self)), value.magnitude < 1000 else {
          return nil
        }
        exponent = value
        bytes = []
      default: return nil
      }
    }
    guard !digits.isEmpty else { return nil }
    self.point = (point ?? digits.count) + exponent
    self.digits = digits
    let zeros = digits.prefix { $0 == 0 }.count
    self.digits.removeFirst(zeros)
    self.point -= zeros
    if self.digits.isEmpty { self.point = 0 }
  }

  private var isZero: Bool { digits.allSatisfy { $0 == 0 } }

  /// Cut to so many digits, halves away from zero.
  private func rounded(to count: Int) -> NumberDigits {
    var copy = self
    guard count < digits.count else { return copy }
    guard count >= 0 else {
      copy.digits = []
      return copy
    }
    let carries = digits[count] >= 5
    copy.digits = Array(digits.prefix(count))
    guard carries else { return copy }
    var place = count - 1
    while place >= 0, copy.digits[place] == 9 {
      copy.digits[place] = 0
      place -= 1
    }
    if place >= 0 {
      copy.digits[place] += 1
    } else {
      copy.digits.insert(1, at: 0)
      copy.point += 1
    }
    return copy
  }

  func fixed(_ decimals: Int, grouped: Bool) -> String {
    let number = rounded(to: point + decimals)
    var whole = ""
    for place in 0..<max(1, number.point) {
      let left = max(1, number.point) - place
      if grouped, place > 0, left % 3 == 0 { whole += "," }
      let isThere = number.point > 0 && place < number.digits.count
      whole += isThere ? String(number.digits[place]) : "0"
    }
    var fraction = ""
    for place in 0..<decimals {
      let index = number.point + place
      fraction += index >= 0 && index < number.digits.count ? String(number.digits[index]) : "0"
    }
    let text = decimals == 0 ? whole : whole + "." + fraction
    return isNegative && !number.isZero ? "-" + text : text
  }

  func scientific(_ decimals: Int) -> String {
    let number = rounded(to: decimals + 1)
    let all = number.digits.map { String($0) } + Array(repeating: "0", count: decimals + 1)
    let exponent = number.isZero ? 0 : number.point - 1
    let size = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
    let fraction = all[1..<(decimals + 1)].joined()
    return (isNegative ? "-" : "") + all[0] + (decimals > 0 ? "." + fraction : "")
      + (exponent < 0 ? "e-" : "e+") + size
  }
}
