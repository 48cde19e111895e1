import LakeCore

/// A format of `date_format` and `date_parse`, in the words of MySQL:
///
///     %Y 2024   %y 24   %m 02   %c 2   %M February   %b Feb   %d 09   %e 9   %j 040
///     %H 07   %k 7   %h, %I 07   %l 7   %p AM   %i 05   %s, %S 09   %f 123456
///     %T 07:05:09   %r 07:05:09 AM   %W Friday   %a Fri   %v week   %x its year   %% %
///
/// Any other letter behind % is refused. Formats of other systems use two fields more: `L` for
/// three digits of a fraction, `Z` for the distance of a zone from UTC.
struct TimeFormat {
  enum Piece {
    case literal(UInt8)
    case field(UInt8)
  }

  let pieces: [Piece]

  init(pieces: [Piece]) { self.pieces = pieces }

  static let hint =
    "Formats are MySQL's: %Y-%m-%d %H:%i:%s, %f for fractions, %M and %b for names of months"

  private static let fields = Array("YymcMbdejHkhIlpisSfWavx".utf8)

  init?(_ view: StringView) {
    var pieces: [Piece] = []
    var isEscaped = false
    for byte in view.withBytes({ Array($0) }) {
      if !isEscaped {
        isEscaped = byte == UInt8(ascii: "%")
        if !isEscaped { pieces.append(.literal(byte)) }
        continue
      }
      isEscaped = false
      switch byte {
      case UInt8(ascii: "%"): pieces.append(.literal(byte))
      case UInt8(ascii: "T"): pieces += TimeFormat.clock("H")
      case UInt8(ascii: "r"):
        pieces += TimeFormat.clock("h") + [.literal(0x20), .field(UInt8(ascii: "p"))]
      default:
        guard TimeFormat.fields.contains(byte) else { return nil }
        pieces.append(.field(byte))
      }
    }
    if isEscaped { return nil }
    self.pieces = pieces
  }

  private static func clock(_ hour: Character) -> [Piece] {
    let colon = Piece.literal(UInt8(ascii: ":"))
    return [
      .field(hour.asciiValue ?? 0), colon, .field(UInt8(ascii: "i")), colon,
      .field(UInt8(ascii: "s")),
    ]
  }

  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
  static let days = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
  ]
}

extension TimeFormat {
  func write(day: Int64, clock: Int64, to out: inout ByteScratch) {
    let date = CivilDate(days: Int32(truncatingIfNeeded: day))
    for piece in pieces {
      switch piece {
      case .literal(let byte): out.append(byte)
      case .field(let field):
        if !writeOfDate(field, day, date, &out) { writeOfClock(field, clock, &out) }
      }
    }
  }

  /// False where the field is none of a date.
  private func writeOfDate(
    _ field: UInt8, _ day: Int64, _ date: CivilDate, _ out: inout ByteScratch
  ) -> Bool {
    switch field {
    case UInt8(ascii: "Y"): out.append(number: Int64(date.year), width: 4)
    case UInt8(ascii: "y"):
      let century = date.year % 100
      out.append(number: Int64(century < 0 ? century + 100 : century), width: 2)
    case UInt8(ascii: "m"): out.append(number: Int64(date.month), width: 2)
    case UInt8(ascii: "c"): out.append(number: Int64(date.month), width: 1)
    case UInt8(ascii: "M"): out.append(TimeFormat.months[date.month - 1])
    case UInt8(ascii: "b"): out.append(String(TimeFormat.months[date.month - 1].prefix(3)))
    case UInt8(ascii: "d"): out.append(number: Int64(date.day), width: 2)
    case UInt8(ascii: "e"): out.append(number: Int64(date.day), width: 1)
    case UInt8(ascii: "j"): out.append(number: Calendar.dayOfYear(day), width: 3)
    case UInt8(ascii: "W"): out.append(TimeFormat.days[Int(Calendar.dayOfWeek(day)) - 1])
    case UInt8(ascii: "a"):
      out.append(String(TimeFormat.days[Int(Calendar.dayOfWeek(day)) - 1].prefix(3)))
    case UInt8(ascii: "v"): out.append(number: Calendar.isoWeek(day).week, width: 2)
    case UInt8(ascii: "x"): out.append(number: Calendar.isoWeek(day).year, width: 4)
    default: return false
    }
    return true
  }

  private func writeOfClock(_ field: UInt8, _ clock: Int64, _ out: inout ByteScratch) {
    let hour = clock / 3_600_000_000
    let half = hour % 12 == 0 ? 12 : hour % 12
    switch field {
    case UInt8(ascii: "H"): out.append(number: hour, width: 2)
    case UInt8(ascii: "k"): out.append(number: hour, width: 1)
    case UInt8(ascii: "h"), UInt8(ascii: "I"): out.append(number: half, width: 2)
    case UInt8(ascii: "l"): out.append(number: half, width: 1)
    case UInt8(ascii: "p"): out.append(hour < 12 ? "AM" : "PM")
    case UInt8(ascii: "i"): out.append(number: clock / 60_000_000 % 60, width: 2)
    case UInt8(ascii: "s"), UInt8(ascii: "S"): out.append(number: clock / 1_000_000 % 60, width: 2)
    case UInt8(ascii: "f"): out.append(number: clock % 1_000_000, width: 6)
    case UInt8(ascii: "L"): out.append(number: clock / 1000 % 1000, width: 3)
    case UInt8(ascii: "Z"): out.append(UInt8(ascii: "Z"))
    default: break
    }
  }
}

extension ByteScratch {
  /// With zeros in front, to a width.
  mutating func append(number: Int64, width: Int) {
    if number < 0 { append(UInt8(ascii: "-")) }
    let digits = String(number.magnitude)
    for _ in 0..<max(0, width - digits.utf8.count) { append(UInt8(ascii: "0")) }
    append(digits)
  }
}
