/// The terminal that lines are edited on, as functions.
package struct EditorTerminal {
  /// Waits for bytes; gives none at the end.
  package var read: () throws -> [UInt8]
  package var write: (String) throws -> Void
  package var size: () -> (width: Int, height: Int)
  /// Lets the shell around have the terminal, until it is given back.
  package var suspend: () -> Void

  package init(
    read: @escaping () throws -> [UInt8], write: @escaping (String) throws -> Void,
    size: @escaping () -> (width: Int, height: Int), suspend: @escaping () -> Void = {}
  ) {
    self.read = read
    self.write = write
    self.size = size
    self.suspend = suspend
  }
}
