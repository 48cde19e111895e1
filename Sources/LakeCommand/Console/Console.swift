import Glibc

/// The world as a command sees it: two sinks, what stands behind them, and the environment.
package struct Console: Sendable {
  package let output: TextSink
  package let errors: TextSink
  package let outputTraits: SinkTraits
  package let errorTraits: SinkTraits

  package init(
    output: TextSink, errors: TextSink, outputTraits: SinkTraits, errorTraits: SinkTraits
  ) {
    self.output = output
    self.errors = errors
    self.outputTraits = outputTraits
    self.errorTraits = errorTraits
  }

  /// The streams of this process.
  package static func process(color: GlobalOptions.ColorChoice) -> Console {
    let environment = Environment.process
    return Console(
      output: TextSink(descriptor: STDOUT_FILENO, isImmediate: false),
      errors: TextSink(descriptor: STDERR_FILENO, isImmediate: true),
      outputTraits: SinkTraits(descriptor: STDOUT_FILENO, color: color, environment: environment),
      errorTraits: SinkTraits(descriptor: STDERR_FILENO, color: color, environment: environment))
  }

  /// The same streams with another choice of colour.
  package func colored(_ color: GlobalOptions.ColorChoice) -> Console {
    Console(
      output: output, errors: errors, outputTraits: outputTraits.colored(color),
      errorTraits: errorTraits.colored(color))
  }

  /// Something that is said beside the result. Standard error has nobody to report its own
  /// failures to.
  package func note(_ text: String) {
    try? errors.write(text)
  }
}

/// What stands behind a sink.
package struct SinkTraits: Sendable, Equatable {
  package var isTerminal: Bool
  /// Columns, where it is a terminal; otherwise what help is wrapped at.
  package var width: Int
  package var isColored: Bool
  /// A terminal that can move its cursor and erase a line.
  package var isSmart: Bool
  /// What `--color auto` comes to.
  private var isColoredByItself: Bool

  package init(isTerminal: Bool, width: Int = 80, isColored: Bool = false, isSmart: Bool = false) {
    self.isTerminal = isTerminal
    self.width = width
    self.isColored = isColored
    self.isSmart = isSmart
    isColoredByItself = isColored
  }

  package init(
    isTerminal: Bool, width: Int, color: GlobalOptions.ColorChoice, environment: Environment
  ) {
    self.init(
      isTerminal: isTerminal, width: width,
      isColored: SinkTraits.wantsColor(isTerminal: isTerminal, environment: environment),
      isSmart: isTerminal && environment["TERM"] != "dumb")
    self = colored(color)
  }

  init(descriptor: Int32, color: GlobalOptions.ColorChoice, environment: Environment) {
    let isTerminal = isatty(descriptor) == 1
    let known = isTerminal ? SinkTraits.knownSize(descriptor)?.width : nil
    let columns = known ?? environment["COLUMNS"].flatMap { Int($0) } ?? 80
    self.init(
      isTerminal: isTerminal, width: min(max(columns, 20), 1000), color: color,
      environment: environment)
  }

  private static func knownSize(_ descriptor: Int32) -> (width: Int, height: Int)? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return (Int(size.ws_col), max(Int(size.ws_row), 2))
  }

  /// Columns and lines of a terminal as they are now.
  static func screenSize(_ descriptor: Int32) -> (width: Int, height: Int) {
    knownSize(descriptor) ?? (80, 24)
  }

  package func colored(_ color: GlobalOptions.ColorChoice) -> SinkTraits {
    var copy = self
    switch color {
    case .auto: copy.isColored = isColoredByItself
    case .always: copy.isColored = true
    case .never: copy.isColored = false
    }
    return copy
  }

  /// `NO_COLOR` wins over `CLICOLOR_FORCE`, and both over the look of the terminal.
  private static func wantsColor(isTerminal: Bool, environment: Environment) -> Bool {
    if let value = environment["NO_COLOR"], !value.isEmpty { return false }
    if let value = environment["CLICOLOR_FORCE"], !value.isEmpty, value != "0" { return true }
    return isTerminal && environment["TERM"] != "dumb"
  }
}

/// Environment variables. The only reader of the process's.
package struct Environment: Sendable {
  private let value: @Sendable (String) -> String?

  package init(_ variables: [String: String]) {
    value = { variables[$0] }
  }

  private init(value: @escaping @Sendable (String) -> String?) {
    self.value = value
  }

  package static let process = Environment { name in
    getenv(name).map { String(cString: $0) }
  }

  package subscript(name: String) -> String? { value(name) }
}
