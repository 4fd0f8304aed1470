@main struct LLMOps { static func main() {} }
