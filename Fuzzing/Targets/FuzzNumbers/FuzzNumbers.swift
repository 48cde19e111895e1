import CFuzzer
import Glibc
import LakeCore

/// Decimal text to a double, against the C library: the same number to the bit, or refused.
@_cdecl("FuzzNumbers_main")
public func runFuzzer(
  _ argumentCount: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  var argumentCount = argumentCount
  var arguments = arguments
  return LLVMFuzzerRunDriver(&argumentCount, &arguments, testOneInput)
}

/// Also found by this name by libFuzzer's own start-up code.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  guard let data, size <= 4096 else { return 0 }
  // Readers may look at 64 bytes beyond an input, never more.
  let padded = UnsafeMutablePointer<UInt8>.allocate(capacity: size + 64)
  defer { padded.deallocate() }
  padded.initialize(repeating: 0, count: size + 64)
  padded.update(from: data, count: size)
  guard let value = DoubleText.parse(padded, count: size) else { return 0 }
  let reference = UnsafeMutableRawPointer(padded).withMemoryRebound(to: CChar.self, capacity: size)
  {
    strtod($0, nil)
  }
  guard value.bitPattern == reference.bitPattern else {
    fatalError("\(value) is not \(reference)")
  }
  return 0
}
