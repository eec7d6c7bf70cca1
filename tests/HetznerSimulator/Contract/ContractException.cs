namespace HetznerSimulator.Contract;

/// <summary>A request or a response that the official document does not allow; the message names method, path and each fault.</summary>
public sealed class ContractException(string message) : Exception(message);
