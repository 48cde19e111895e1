/// A call of the operating system that failed: the cause of the `LakeError` that tells it in words.
package struct SystemError: Error, Sendable, Hashable {
  /// The value of errno.
  package var number: Int32
  /// The name of the call, as its manual page has it.
  package var call: String

  package init(number: Int32, call: String) {
    self.number = number
    self.call = call
  }
}

extension SystemError: CustomStringConvertible {
  package var description: String { "\(call): error \(number)" }
}
