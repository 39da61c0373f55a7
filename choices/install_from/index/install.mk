LOCKS := requirements.lock
INDEX := --index {{ library_index }}
