/// Where output goes: a file that appears whole at the end, or standard output. Used by one thread
/// at a time.
package protocol OutputTarget: AnyObject {
  /// The path, or what stands in its place in messages.
  var name: String { get }
  /// Appends bytes. After an error the target is given up, and nothing else may be asked of it.
  func write(_ bytes: UnsafeRawBufferPointer) throws(LakeError)
  /// Says that all is written. Nothing can be written afterwards.
  func commit() throws(LakeError)
}

extension OutputTarget {
  package func write(_ text: String) throws(LakeError) {
    var text = text
    // A closure cannot throw through `withUTF8` with its type; the error is carried out by hand.
    var failure: LakeError?
    text.withUTF8 { bytes in
      do throws(LakeError) {
        try write(UnsafeRawBufferPointer(bytes))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }
}
