//! Linux hosts over SSH, without an agent.
