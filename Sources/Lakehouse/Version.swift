/// The version of the library and of the command.
public enum LakeVersion {
  public static let current = "0.1.0"
}
