import COpenSSL

/// Hashes for tests, computed apart from the code that is tested.
public enum TestHash {
    public static func sha1(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, EVP_sha1(), 20) }
    public static func sha256(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, EVP_sha256(), 32) }
    public static func sha512(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, EVP_sha512(), 64) }

    public static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private static func digest(_ bytes: [UInt8], _ method: OpaquePointer?, _ length: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: length)
        precondition(EVP_Digest(bytes, bytes.count, &result, nil, method, nil) == 1)
        return result
    }
}
