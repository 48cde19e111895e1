import Glibc

/// How a terminal passes on what is typed: line by line, or key by key while lines are edited.
///
/// See: man 3 termios.
final class TerminalMode {
  private let descriptor: Int32
  private let original: termios

  /// Nil where the descriptor is no terminal.
  init?(descriptor: Int32) {
    var settings = termios()
    guard tcgetattr(descriptor, &settings) == 0 else { return nil }
    self.descriptor = descriptor
    original = settings
  }

  /// Every key at once, unseen, and Ctrl-C as a key like others. What is written is passed on as
  /// before.
  func passKeys() {
    var settings = original
    settings.c_iflag &= ~tcflag_t(ICRNL | INLCR | IXON | BRKINT | ISTRIP)
    settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
    withUnsafeMutableBytes(of: &settings.c_cc) { bytes in
      bytes[Int(VMIN)] = 1
      bytes[Int(VTIME)] = 0
    }
    _ = tcsetattr(descriptor, TCSADRAIN, &settings)
  }

  /// As it was found.
  func restore() {
    var settings = original
    _ = tcsetattr(descriptor, TCSADRAIN, &settings)
  }
}
