import Lakehouse

@main
struct Main {
  static func main() {
    print("lake \(LakeVersion.current)")
  }
}
