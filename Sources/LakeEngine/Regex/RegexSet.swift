/// A set of code points, as ranges that ascend and do not touch.
struct RegexSet: Sendable, Equatable {
  private(set) var ranges: [ClosedRange<UInt32>]

  static let last: UInt32 = 0x10FFFF
  static let all = RegexSet([0...last])
  static let digits = RegexSet([0x30...0x39])
  static let word = RegexSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
  static let space = RegexSet([0x09...0x0D, 0x20...0x20])
  static let newline = RegexSet([0x0A...0x0A])

  init(_ ranges: [ClosedRange<UInt32>]) {
    self.ranges = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = self.ranges.last, range.lowerBound <= last.upperBound &+ 1 {
        self.ranges[self.ranges.count - 1] =
          last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        self.ranges.append(range)
      }
    }
  }

  init(_ scalar: UInt32) { ranges = [scalar...scalar] }

  /// The only code point, if there is one only.
  var single: UInt32? {
    guard ranges.count == 1, ranges[0].count == 1 else { return nil }
    return ranges[0].lowerBound
  }

  func union(_ other: RegexSet) -> RegexSet { RegexSet(ranges + other.ranges) }

  var inverted: RegexSet {
    var (result, next): ([ClosedRange<UInt32>], UInt32) = ([], 0)
    for range in ranges {
      if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
      next = range.upperBound + 1
    }
    if next <= RegexSet.last { result.append(next...RegexSet.last) }
    return RegexSet(result)
  }

  func intersection(_ other: RegexSet) -> RegexSet {
    inverted.union(other.inverted).inverted
  }

  /// With the capital and the small form of each letter. Of sets with many characters only those of
  /// ASCII get theirs: they hold both forms of all others as a rule.
  var ignoringCase: RegexSet {
    var more = ranges
    var left = 4096
    for range in ranges {
      for scalar in range {
        if scalar >= 0x80 {
          left -= 1
          if left < 0 { break }
        }
        guard let scalar = Unicode.Scalar(scalar) else { continue }
        for text in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
          let forms = text.unicodeScalars
          if forms.count == 1, let form = forms.first { more.append(form.value...form.value) }
        }
      }
    }
    return RegexSet(more)
  }
}

// MARK: - Classes with names

extension RegexSet {
  /// `\p{name}`: a general category of Unicode, its first letter, or a class of ASCII as Java names
  /// them. Nil where there is no such class.
  init?(named name: String) {
    if let ascii = RegexSet.posix[name.lowercased()], name.count > 2 {
      self = ascii
      return
    }
    var name = name
    for prefix in ["Is", "gc=", "general_category="] where name.hasPrefix(prefix) {
      name.removeFirst(prefix.count)
      break
    }
    if name == "Alphabetic" || name == "Letter" { name = "L" }
    if name == "Any" {
      self = .all
      return
    }
    let parts = RegexSet.categories.filter { $0.key == name || String($0.key.prefix(1)) == name }
    if parts.isEmpty { return nil }
    self.init(parts.values.flatMap { $0 })
  }

  /// Classes of ASCII: `\p{Alpha}` and `[:alpha:]`.
  static let posix: [String: RegexSet] = [
    "alpha": RegexSet([0x41...0x5A, 0x61...0x7A]), "digit": digits, "word": word,
    "alnum": RegexSet([0x30...0x39, 0x41...0x5A, 0x61...0x7A]), "space": space,
    "upper": RegexSet([0x41...0x5A]), "lower": RegexSet([0x61...0x7A]),
    "punct": RegexSet([0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]),
    "graph": RegexSet([0x21...0x7E]), "print": RegexSet([0x20...0x7E]),
    "blank": RegexSet([0x09...0x09, 0x20...0x20]), "cntrl": RegexSet([0...0x1F, 0x7F...0x7F]),
    "xdigit": RegexSet([0x30...0x39, 0x41...0x46, 0x61...0x66]), "ascii": RegexSet([0...0x7F]),
  ]

  /// The code points of each general category, found out once.
  private static let categories: [String: [ClosedRange<UInt32>]] = {
    var result: [String: [ClosedRange<UInt32>]] = [:]
    var start: UInt32 = 0
    var current = name(of: Unicode.GeneralCategory.control)
    for value in 1...(last + 1) {
      let scalar = value > last ? nil : Unicode.Scalar(value)
      let next = scalar.map { name(of: $0.properties.generalCategory) } ?? "Cs"
      if next == current, value <= last { continue }
      result[current, default: []].append(start...(value - 1))
      (start, current) = (value, next)
    }
    return result
  }()

  private static func name(of category: Unicode.GeneralCategory) -> String {
    switch category {
    case .uppercaseLetter: "Lu"
    case .lowercaseLetter: "Ll"
    case .titlecaseLetter: "Lt"
    case .modifierLetter: "Lm"
    case .otherLetter: "Lo"
    case .nonspacingMark: "Mn"
    case .spacingMark: "Mc"
    case .enclosingMark: "Me"
    case .decimalNumber: "Nd"
    case .letterNumber: "Nl"
    case .otherNumber: "No"
    case .connectorPunctuation: "Pc"
    case .dashPunctuation: "Pd"
    case .openPunctuation: "Ps"
    case .closePunctuation: "Pe"
    case .initialPunctuation: "Pi"
    case .finalPunctuation: "Pf"
    case .otherPunctuation: "Po"
    case .mathSymbol: "Sm"
    case .currencySymbol: "Sc"
    case .modifierSymbol: "Sk"
    case .otherSymbol: "So"
    case .spaceSeparator: "Zs"
    case .lineSeparator: "Zl"
    case .paragraphSeparator: "Zp"
    case .control: "Cc"
    case .format: "Cf"
    case .surrogate: "Cs"
    case .privateUse: "Co"
    case .unassigned: "Cn"
    @unknown default: "Cn"
    }
  }
}
