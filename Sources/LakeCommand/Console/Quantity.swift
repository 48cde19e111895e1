/// Numbers as people read them.
package enum Quantity {
  /// `8,127,300`
  package static func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var result = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return result
  }

  /// `1 record`, `8,127,300 records`
  package static func grouped(_ number: Int, _ noun: String) -> String {
    grouped(number) + " " + noun + (number == 1 ? "" : "s")
  }

  /// `711 MB`, `1.04 GB`, `87 bytes`: units of a thousand, three digits.
  package static func bytes(_ count: Int) -> String {
    if count < 1000 { return count == 1 ? "1 byte" : "\(count) bytes" }
    return scaled(Double(count), units: ["kB", "MB", "GB", "TB", "PB", "EB"])
  }

  /// `950`, `12.5 k`, `1.20 M`
  package static func count(_ count: Int) -> String {
    count < 1000 ? "\(count)" : scaled(Double(count), units: ["k", "M", "G", "T", "P", "E"])
  }

  /// `711 MB/s`
  package static func byteRate(_ bytes: Int, seconds: Double) -> String {
    "\(self.bytes(perSecond(bytes, seconds)))/s"
  }

  /// `1.20 M/s`
  package static func countRate(_ count: Int, seconds: Double) -> String {
    "\(self.count(perSecond(count, seconds)))/s"
  }

  /// `840 ms`, `12.4 s`, `2 min 03 s`
  package static func duration(seconds: Double) -> String {
    if seconds < 0.9995 { return "\(Int((max(seconds, 0) * 1000).rounded())) ms" }
    if seconds < 59.95 { return "\(fixed(seconds, digits: 1)) s" }
    let whole = Int(min(seconds, 1e9).rounded())
    let rest = whole % 60
    return "\(whole / 60) min \(rest < 10 ? "0" : "")\(rest) s"
  }

  /// A number with a fixed count of digits after the point.
  package static func fixed(_ number: Double, digits: Int) -> String {
    var factor = 1.0
    for _ in 0..<digits { factor *= 10 }
    let shifted = (number.magnitude * factor).rounded()
    guard shifted < 1e15 else { return "\(number)" }
    let whole = String(Int(shifted))
    let padded = String(repeating: "0", count: max(0, digits + 1 - whole.count)) + whole
    let sign = number < 0 && shifted > 0 ? "-" : ""
    if digits == 0 { return sign + padded }
    return "\(sign)\(padded.dropLast(digits)).\(padded.suffix(digits))"
  }

  private static func perSecond(_ count: Int, _ seconds: Double) -> Int {
    Int(min(Double(count) / max(seconds, 1e-6), 1e18))
  }

  /// Three digits and a unit of a thousand or its powers; the first unit is a thousand.
  private static func scaled(_ number: Double, units: [String]) -> String {
    var value = number / 1000
    var unit = 0
    while value >= 999.5, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    let digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
    return "\(fixed(value, digits: digits)) \(units[unit])"
  }
}
